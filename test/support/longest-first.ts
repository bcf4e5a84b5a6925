import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take long, the longest first. A file that begins last and takes minutes keeps all other workers waiting.
 * Vitest goes by the durations of the last run. A new checkout has none, and by size these files would come late.
 */
export const LONGEST: readonly string[] = [
  'test/api/requests/requests.test.ts',
  'test/api/requests/strange-requests.test.ts',
  'test/ops/restore/restore.test.ts',
  'test/engine/dialing/pacing-of-workers.test.ts',
  'test/imports/import-files.test.ts',
  'test/ops/local-system.test.ts',
  'test/security/bad-requests.test.ts',
  'test/engine/poison/poison.test.ts',
  'test/engine/dialing/compliance.test.ts',
  'test/engine/dialing/contact-limits.test.ts',
  'test/engine/dialing/caller-ids-under-load.test.ts',
  'test/engine/dialing/minutes-budget-used-up.test.ts',
  'test/api/same-number.test.ts',
  'test/telephony/sip.test.ts',
  'test/ops/restore/restored-database.test.ts',
  'test/ops/restore/restore-signs.test.ts',
  'test/ops/full-disk.test.ts',
  'test/ops/ops.test.ts',
  'test/security/route-access.test.ts',
];

/** Starts the longest files of a project first. Projects stay together: a process is of use to its own alone. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project.name))];
    return projects.flatMap((name) => {
      const own = sorted.filter(({ project }) => project.name === name);
      return [...own.filter(isLong).toSorted((a, b) => rank(a) - rank(b)), ...own.filter((file) => !isLong(file))];
    });
  }
}

function isLong(file: TestSpecification): boolean {
  return rank(file) >= 0;
}

function rank({ moduleId }: TestSpecification): number {
  return LONGEST.findIndex((path) => moduleId.endsWith(`/${path}`));
}

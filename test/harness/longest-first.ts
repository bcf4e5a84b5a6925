import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take long, the longest first. A file that begins last and takes minutes keeps all other workers waiting.
 * Vitest goes by the durations of the last run. A new checkout has none, and by size these files would come late.
 */
export const LONGEST: readonly string[] = [
  'test/requests/requests.test.ts',
  'test/requests/strange-requests.test.ts',
  'test/restore/restore.test.ts',
  'test/dialing/pacing-of-workers.test.ts',
  'test/import-files.test.ts',
  'test/local-system.test.ts',
  'test/security/bad-requests.test.ts',
  'test/poison/poison.test.ts',
  'test/dialing/compliance.test.ts',
  'test/dialing/contact-limits.test.ts',
  'test/dialing/caller-ids-under-load.test.ts',
  'test/dialing/minutes-budget-used-up.test.ts',
  'test/same-number.test.ts',
  'test/telephony/sip.test.ts',
  'test/restore/restored-database.test.ts',
  'test/restore/restore-signs.test.ts',
  'test/full-disk.test.ts',
  'test/ops.test.ts',
  'test/security/doors.test.ts',
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

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEAST_OPEN_FILES, tooFewOpenFiles } from './open-files.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const CHECK = 'libs/runtime/src/open-files.ts';

/** Programs that are started by themselves, and what each loads once it may. */
const PROGRAMS = [
  ['outdial-api', 'apps/api/src/main.ts', 'api-process'],
  ['outdial-worker', 'apps/worker/src/main.ts', 'worker-process'],
  ['outdial-carrier', 'apps/carrier/src/main.ts', 'carrier-process'],
  ['outdial-migrate', 'apps/local/src/migrate.ts', 'migrate-command'],
  ['outdial-ops', 'apps/local/src/ops.ts', 'ops-command'],
] as const;

interface Run {
  readonly code: number;
  readonly output: string;
}

/** Programs as they are built, each with a word in place of what it loads. */
describe('A process that may open too few files', () => {
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'outdial-open-files-'));
    const imports = { '#config/*.js': './libs/config/src/*.js', '#runtime/*.js': './libs/runtime/src/*.js' };
    await write('package.json', JSON.stringify({ type: 'module', imports }));
    await build(CHECK);
    for (const [, program, loaded] of PROGRAMS) {
      await build(program);
      await write(join(dirname(program), `${loaded}.js`), `console.log('loaded');`);
    }
  });

  afterAll(() => rm(directory, { recursive: true, force: true }));

  async function write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }

  async function build(path: string): Promise<void> {
    const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
    const { outputText } = ts.transpileModule(await readFile(join(ROOT, path), 'utf8'), { compilerOptions });
    await write(path.replace(/\.ts$/, '.js'), outputText);
  }

  /** Runs a script under limits that a shell sets for it. */
  function run(limits: string, script: string, cwd = directory): Promise<Run> {
    const shell = ['-c', `${limits} && exec "$0" "$1"`, process.execPath, script.replace(/\.ts$/, '.js')];
    return new Promise((done) => {
      execFile('/bin/sh', shell, { cwd, timeout: 120_000 }, (error, stdout, stderr) =>
        done({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
      );
    });
  }

  it.each(PROGRAMS)('is told so by %s in one sentence, and ends with 78 before it loads', async (title, program) => {
    for (const limit of [64, 256, LEAST_OPEN_FILES - 1]) {
      const sentence = `${title}: ${tooFewOpenFiles(limit)}\n`;
      expect(await run(`ulimit -n ${limit}`, program)).toEqual({ code: 78, output: sentence });
    }
  });

  it('is told so by every command of npm, before anything is installed or built', async () => {
    for (const limit of [64, 256, LEAST_OPEN_FILES - 1]) {
      const sentence = `Outdial: ${tooFewOpenFiles(limit)}\n`;
      expect(await run(`ulimit -n ${limit}`, 'apps/local/start.mjs', ROOT)).toEqual({ code: 78, output: sentence });
    }
  });

  it.each(PROGRAMS)(
    'is none where the hard limit is high enough, however low the soft one is: %s',
    async (_, program) => {
      const limits = `ulimit -Sn 256 && ulimit -Hn ${LEAST_OPEN_FILES}`;
      expect(await run(limits, program)).toEqual({ code: 0, output: 'loaded\n' });
    },
  );
});

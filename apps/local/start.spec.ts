import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** Stand-in for the project: a lock without packages, and a build that writes the command and counts itself. */
const PACKAGE = { name: 'clone', version: '1.0.0', type: 'module', scripts: { build: 'node build.mjs' } };
const LOCK = {
  name: 'clone',
  version: '1.0.0',
  lockfileVersion: 3,
  requires: true,
  packages: { '': { name: 'clone', version: '1.0.0' } },
};
const BUILD = `
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
appendFileSync('builds', 'x');
if (existsSync('broken')) throw new Error('cannot compile');
mkdirSync('dist/apps/local/src', { recursive: true });
const source = readFileSync('libs/words.ts', 'utf8');
for (const name of ['main', 'demo']) {
  const call = \`console.log('\${name}', '\${source}', process.argv.slice(2).join());\`;
  writeFileSync(\`dist/apps/local/src/\${name}.js\`, \`\${call} process.exitCode = 3;\`);
}`;

let clone: string;

beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), 'outdial clone '));
  await mkdir(join(clone, 'apps', 'local'), { recursive: true });
  for (const name of ['start', 'prepare', 'npm', 'clone-lock']) {
    await cp(join(import.meta.dirname, `${name}.mjs`), join(clone, 'apps', 'local', `${name}.mjs`));
  }
  await mkdir(join(clone, 'libs'));
  await write('libs/words.ts', 'first');
  await write('build.mjs', BUILD);
  await write('package.json', JSON.stringify(PACKAGE));
  await write('package-lock.json', JSON.stringify(LOCK));
});

afterEach(() => rm(clone, { recursive: true, force: true, maxRetries: 5 }));

async function write(path: string, text: string): Promise<void> {
  await writeFile(join(clone, path), text);
}

async function builds(): Promise<number> {
  return (await readFile(join(clone, 'builds'), 'utf8').catch(() => '')).length;
}

interface Run {
  readonly code: number;
  readonly output: string;
}

/** Starts the project from another working directory, as a user may. */
function start(...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(clone, 'apps', 'local', 'start.mjs'), ...args],
      { cwd: tmpdir() },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), output: `${stdout}${stderr}` }),
    );
  });
}

describe('start.mjs', () => {
  it('installs and builds once, then is the command: with its arguments and its exit code', async () => {
    const first = await start();
    expect(first.output).toBe('Installing packages (about 30 s) …\nBuilding (about 20 s) …\nmain first \n');
    expect(first.code).toBe(3);
    expect(await start('demo', '--calls', '5')).toEqual({ code: 3, output: 'demo first --calls,5\n' });
    expect(await builds()).toBe(1);
    expect(await readdir(join(clone, '.outdial'))).toEqual([]);
  });

  it('builds again when a source has changed, not when a test has', async () => {
    await start();
    await write('libs/words.spec.ts', 'a test');
    expect((await start()).output).toBe('main first \n');
    await write('libs/words.ts', 'second');
    expect((await start()).output).toBe('Building (about 20 s) …\nmain second \n');
  });

  it('installs again when the lock has changed', async () => {
    await start();
    await write(
      'package-lock.json',
      JSON.stringify({
        ...LOCK,
        packages: { ...LOCK.packages, 'node_modules/gone': { version: '1.0.0', optional: true, os: ['none'] } },
      }),
    );
    await rm(join(clone, 'node_modules', '.package-lock.json'), { force: true });
    expect((await start()).output).toContain('Installing packages');
  });

  it('does it once when several start at the same time', async () => {
    const runs = await Promise.all([start(), start(), start()]);
    expect(runs.map(({ output }) => output.split('\n').at(-2))).toEqual(Array(3).fill('main first '));
    expect(await builds()).toBe(1);
  });

  it('shows what npm said when the build fails, and tries again next time', async () => {
    await write('broken', '');
    const failed = await start();
    expect(failed.code).toBe(1);
    expect(failed.output).toContain('cannot compile');
    expect(failed.output).toContain('npm run build failed');
    await rm(join(clone, 'broken'));
    expect((await start()).output).toBe('Building (about 20 s) …\nmain first \n');
  });

  it('is not held up by a start that was killed while it prepared', async () => {
    const dead = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
    await once(dead, 'exit');
    await mkdir(join(clone, '.outdial'));
    await write('.outdial/prepare.lock', `${dead.pid} ${dead.pid}`);
    expect((await start()).output).toContain('main first');
  });

  it('refuses a command that there is not', async () => {
    const { code, output } = await start('dmeo');
    expect(code).toBe(1);
    expect(output).toContain('"dmeo" is not a command: use start, demo, migrate');
    expect(await builds()).toBe(0);
  });
});

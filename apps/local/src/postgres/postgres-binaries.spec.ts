import { execFile } from 'node:child_process';
import { cp, lstat, mkdtemp, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binariesIn, findPostgresBinaries, linkLibraries, POSTGRES_MAJOR } from './postgres-binaries.js';

const run = promisify(execFile);

let root: string;
let targets: string[];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'outdial binaries '));
  const { root: native } = await findPostgresBinaries();
  await cp(native, join(root, 'native'), { recursive: true, verbatimSymlinks: true });
  const links = JSON.parse(await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8')) as { target: string }[];
  targets = links.map(({ target }) => join(root, target));
  await Promise.all(targets.map((target) => rm(target)));
});

afterAll(() => rm(root, { recursive: true, force: true }));

describe('linkLibraries', () => {
  it('repairs an installation whose install script did not run', async () => {
    const { postgres } = binariesIn(join(root, 'native'));
    await expect(run(postgres, ['--version'])).rejects.toThrow('error while loading shared libraries');
    await linkLibraries(root);
    expect((await run(postgres, ['--version'])).stdout).toContain(`PostgreSQL) ${POSTGRES_MAJOR}.`);
  });

  it('makes links that survive a move, and leaves those alone that are there', async () => {
    await linkLibraries(root);
    for (const target of targets) {
      expect((await lstat(target)).isSymbolicLink()).toBe(true);
      expect(dirname(await readlink(target))).toBe('.');
    }
  });

  it('says how to repair what it may not', async () => {
    await expect(linkLibraries('/nowhere')).resolves.toBeUndefined();
    await rm(join(root, 'native', 'lib'), { recursive: true });
    await expect(linkLibraries(root)).rejects.toThrow(`PostgreSQL lacks library links in ${root}`);
  });
});

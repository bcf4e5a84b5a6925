import { chmod, chown, mkdir, mkdtemp, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeDataDir } from './data-dir.js';
import { prepareLogFile } from './log-file.js';

let parent: string;

beforeEach(async () => {
  parent = await realpath(await mkdtemp(join(tmpdir(), 'outdial data dir ')));
});

afterEach(() => rm(parent, { recursive: true }));

async function modeOf(...names: string[]): Promise<string> {
  return ((await stat(join(...names))).mode & 0o777).toString(8);
}

describe('makeDataDir', () => {
  it.each([0, 0o022])('makes a directory that its owner alone may enter, with umask %i', async (umask) => {
    const before = process.umask(umask);
    try {
      await makeDataDir(join(parent, 'data'));
      await prepareLogFile(join(parent, 'data', 'logs', 'outdial.log'));
    } finally {
      process.umask(before);
    }
    expect(await modeOf(parent, 'data')).toBe('700');
    expect(await modeOf(parent, 'data', 'logs')).toBe('700');
    expect(await modeOf(parent, 'data', 'logs', 'outdial.log')).toBe('600');
  });

  it('closes an existing one with all that is in it', async () => {
    await mkdir(join(parent, 'data', 'logs'), { recursive: true });
    await writeFile(join(parent, 'data', 'logs', 'outdial.log.1'), 'ot_…');
    for (const path of ['data', 'data/logs', 'data/logs/outdial.log.1']) await chmod(join(parent, path), 0o777);
    await makeDataDir(join(parent, 'data'));
    expect(await modeOf(parent, 'data')).toBe('700');
    expect(await modeOf(parent, 'data', 'logs')).toBe('700');
    expect(await modeOf(parent, 'data', 'logs', 'outdial.log.1')).toBe('600');
  });

  it.runIf(process.getuid?.() === 0)('lets the user of a cluster inside pass, and shows no names', async () => {
    await mkdir(join(parent, 'data', 'postgres'), { recursive: true });
    await chown(join(parent, 'data', 'postgres'), 12_345, 12_345);
    await makeDataDir(join(parent, 'data'));
    expect(await modeOf(parent, 'data')).toBe('711');
    expect(await modeOf(parent, 'data', 'postgres')).toBe('700');
  });

  it.each([
    ['the home directory', homedir()],
    ['the directory for temporary files', tmpdir()],
    ['the working directory', '.'],
    ['what holds the working directory', dirname(process.cwd())],
    ['the root', '/'],
  ])('refuses %s, where others would miss their files', async (_, path) => {
    const before = await modeOf(path);
    await expect(makeDataDir(path)).rejects.toThrow(`OUTDIAL_DATA_DIR is ${path}, which serves other purposes too`);
    expect(await modeOf(path)).toBe(before);
  });

  it('refuses a directory in which anybody may make files', async () => {
    await chmod(parent, 0o1777);
    await expect(makeDataDir(parent)).rejects.toThrow('serves other purposes too');
  });
});

import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clusterDirectory } from './postgres-placement.js';

let dataDir: string;

beforeEach(async () => {
  dataDir = await realpath(await mkdtemp(join(tmpdir(), 'outdial placement ')));
});

afterEach(() => rm(dataDir, { recursive: true }));

describe('clusterDirectory', () => {
  it('is in the data directory, whether or not it is there yet', async () => {
    expect(await clusterDirectory(dataDir)).toBe(join(dataDir, 'postgres'));
    await mkdir(join(dataDir, 'postgres'));
    expect(await clusterDirectory(dataDir)).toBe(join(dataDir, 'postgres'));
  });

  it('is where a link leads, also to what is not there yet', async () => {
    await symlink(join(dataDir, 'elsewhere'), join(dataDir, 'postgres'));
    expect(await clusterDirectory(dataDir)).toBe(join(dataDir, 'elsewhere'));
    await mkdir(join(dataDir, 'elsewhere'));
    expect(await clusterDirectory(dataDir)).toBe(join(dataDir, 'elsewhere'));
  });

  it('is the same by every name of the data directory', async () => {
    const other = `${dataDir}-link`;
    await symlink(dataDir, other);
    expect(await clusterDirectory(other)).toBe(join(dataDir, 'postgres'));
    await rm(other);
  });
});

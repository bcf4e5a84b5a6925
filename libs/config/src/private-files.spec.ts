import { spawnSync } from 'node:child_process';
import { chmod, chown, lstat, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeToOthers, withPrivateFiles } from './private-files.js';

const isRoot = process.getuid?.() === 0;
const SOMEBODY = 12_345;

let directory: string;
let outside: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'outdial private '));
  outside = await mkdtemp(join(tmpdir(), 'outdial outside '));
});

afterEach(() => Promise.all([directory, outside].map((path) => rm(path, { recursive: true }))));

async function modeOf(...names: string[]): Promise<string> {
  return ((await lstat(join(...names))).mode & 0o777).toString(8);
}

async function put(path: string, mode: number): Promise<void> {
  await writeFile(path, 'secret');
  await chmod(path, mode);
}

describe('closeToOthers', () => {
  it('closes what an earlier version left open, however deep it lies', async () => {
    await mkdir(join(directory, 'sip', 'recordings'), { recursive: true });
    await put(join(directory, 'auth-secret'), 0o644);
    await put(join(directory, 'sip', 'recordings', 'call.wav'), 0o666);
    for (const path of ['.', 'sip', 'sip/recordings']) await chmod(join(directory, path), 0o777);
    closeToOthers(directory);
    expect(await modeOf(directory)).toBe('700');
    expect(await modeOf(directory, 'auth-secret')).toBe('600');
    expect(await modeOf(directory, 'sip', 'recordings')).toBe('700');
    expect(await modeOf(directory, 'sip', 'recordings', 'call.wav')).toBe('600');
  });

  it('closes the directory that a link given to it leads to', async () => {
    await chmod(directory, 0o755);
    await symlink(directory, join(outside, 'link'));
    closeToOthers(join(outside, 'link'));
    expect(await modeOf(directory)).toBe('700');
  });

  it('changes nothing that lies outside, whatever a link leads to', async () => {
    await chmod(outside, 0o755);
    await put(join(outside, 'file'), 0o644);
    await symlink(outside, join(directory, 'logs'));
    await symlink(join(outside, 'file'), join(directory, 'auth-secret'));
    await symlink(join(outside, 'nothing'), join(directory, 'dangling'));
    closeToOthers(directory);
    expect(await modeOf(outside)).toBe('755');
    expect(await modeOf(outside, 'file')).toBe('644');
  });

  it.runIf(isRoot)('does not enter a directory of another user, who could put a link there meanwhile', async () => {
    await mkdir(join(directory, 'postgres'));
    await put(join(directory, 'postgres', 'file'), 0o644);
    await chown(join(directory, 'postgres'), SOMEBODY, SOMEBODY);
    closeToOthers(directory);
    expect(await modeOf(directory, 'postgres')).toBe('700');
    expect(await modeOf(directory, 'postgres', 'file')).toBe('644');
  });

  it.runIf(isRoot)('says in a sentence which open file belongs to another user', async () => {
    await put(join(directory, 'auth-secret'), 0o644);
    await chown(directory, SOMEBODY, SOMEBODY);
    await expectAs(SOMEBODY, `${join(directory, 'auth-secret')} belongs to another user (uid 0) and is open to others`);
    expect(await modeOf(directory, 'auth-secret')).toBe('644');
  });

  it.runIf(isRoot)('passes by what another user has closed', async () => {
    await put(join(directory, 'auth-secret'), 0o600);
    await mkdir(join(directory, 'lost+found'), { mode: 0o700 });
    await chown(directory, SOMEBODY, SOMEBODY);
    await expectAs(SOMEBODY, '');
  });

  async function expectAs(uid: number, message: string): Promise<void> {
    const before = process.geteuid!();
    process.seteuid!(uid);
    try {
      if (message) expect(() => closeToOthers(directory)).toThrow(message);
      else closeToOthers(directory);
    } finally {
      process.seteuid!(before);
    }
  }
});

describe('withPrivateFiles', () => {
  it('lets a program make private files, and leaves the umask as it was', async () => {
    const before = process.umask(0);
    try {
      withPrivateFiles(() => spawnSync('touch', [join(directory, 'made')]));
      expect(process.umask()).toBe(0);
    } finally {
      process.umask(before);
    }
    expect(await modeOf(directory, 'made')).toBe('600');
  });
});

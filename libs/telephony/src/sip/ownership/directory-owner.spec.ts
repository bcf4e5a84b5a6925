import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimDirectory } from './directory-owner.js';
import { markOf } from '../engine/process-mark.js';

describe('A directory', () => {
  let directory: string;
  const leave = (holder: unknown, name = 'owner.lock') => writeFileSync(join(directory, name), JSON.stringify(holder));

  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'outdial-owner-'))));
  afterEach(() => rmSync(directory, { recursive: true }));

  it('has one owner at a time, and leaves nothing behind', () => {
    const release = claimDirectory(directory);
    expect(release).not.toBeNull();
    expect(claimDirectory(directory)).toBeNull();
    release?.();
    expect(readdirSync(directory)).toEqual([]);
    claimDirectory(directory)?.();
  });

  it('tells nobody else whose it is', () => {
    const release = claimDirectory(directory);
    expect(statSync(join(directory, 'owner.lock')).mode & 0o777).toBe(0o600);
    release?.();
  });

  it('is not taken from a process that runs', () => {
    leave({ ...markOf(process.ppid), claim: 'theirs' });
    expect(claimDirectory(directory)).toBeNull();
  });

  it.each([
    ['has ended', { pid: 2 ** 22 + 1, startedAt: 'boot/1', claim: 'theirs' }],
    ['had the pid of another that runs now', { pid: process.ppid, startedAt: 'boot/1', claim: 'theirs' }],
    ['wrote half of it', null],
  ])('is taken from an owner that %s', (_, holder) => {
    leave(holder);
    expect(claimDirectory(directory)).not.toBeNull();
    expect(claimDirectory(directory)).toBeNull();
  });

  it('is not given back by one who has lost it', () => {
    const release = claimDirectory(directory);
    leave({ ...markOf(process.ppid), claim: 'theirs' });
    release?.();
    expect(readdirSync(directory)).toEqual(['owner.lock']);
  });

  it('is left alone while somebody else takes it over, and not for ever when that one died', () => {
    leave({ pid: 2 ** 22 + 1, startedAt: 'boot/1', claim: 'theirs' });
    leave({ ...markOf(process.ppid), claim: 'other' }, 'owner.lock.takeover');
    expect(claimDirectory(directory)).toBeNull();
    leave({ pid: 2 ** 22 + 1, startedAt: 'boot/1', claim: 'other' }, 'owner.lock.takeover');
    expect(claimDirectory(directory)).toBeNull();
    expect(claimDirectory(directory)).not.toBeNull();
  });
});

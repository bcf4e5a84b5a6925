import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataDirInUseError, lockDataDir } from './data-dir-lock.js';
import { birthMark } from './process-table.js';

const URL = 'http://127.0.0.1:3000';

let dataDir: string;
let other: ChildProcess;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'outdial lock '));
  other = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
});

afterEach(async () => {
  await endOther();
  await rm(dataDir, { recursive: true });
});

async function endOther(): Promise<void> {
  if (other.exitCode !== null || other.signalCode !== null) return;
  other.kill('SIGKILL');
  await once(other, 'exit');
}

async function leaveLock(holder: unknown): Promise<void> {
  await writeFile(join(dataDir, 'outdial.lock'), JSON.stringify(holder));
}

function otherHolder() {
  const pid = other.pid ?? 0;
  return { pid, birthMark: birthMark(pid), url: URL };
}

describe('takeDataDirLock', () => {
  it('is taken, and leaves nothing when released', async () => {
    const lock = await lockDataDir(dataDir, URL);
    expect(lock.wasAbandoned).toBe(false);
    expect(JSON.parse(await readFile(join(dataDir, 'outdial.lock'), 'utf8'))).toMatchObject({
      pid: process.pid,
      url: URL,
    });
    await lock.release();
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('refuses while another process holds it, and names its pid and URL', async () => {
    await leaveLock(otherHolder());
    const refused = await lockDataDir(dataDir, 'http://127.0.0.1:3001').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DataDirInUseError);
    expect((refused as Error).message).toContain(`already runs at ${URL} (pid ${other.pid})`);
    expect(await readdir(dataDir)).toEqual(['outdial.lock']);
  });

  it('says who is at work when the holder serves no URL', async () => {
    await leaveLock({ ...otherHolder(), url: null });
    await expect(lockDataDir(dataDir, URL)).rejects.toThrow(`Process ${other.pid} is at work in ${dataDir}`);
  });

  it('takes over from a holder that has died', async () => {
    const holder = otherHolder();
    await endOther();
    await leaveLock(holder);
    expect((await lockDataDir(dataDir, URL)).wasAbandoned).toBe(true);
  });

  it.runIf(process.platform === 'linux')('takes over when the pid now belongs to a later process', async () => {
    await leaveLock({ ...otherHolder(), birthMark: 'another boot/12' });
    expect((await lockDataDir(dataDir, URL)).wasAbandoned).toBe(true);
  });

  it('takes over from a lock that cannot be read', async () => {
    await writeFile(join(dataDir, 'outdial.lock'), '{"pid": 1');
    await expect(lockDataDir(dataDir, URL)).resolves.toMatchObject({ wasAbandoned: true });
  });

  it('is given to exactly one of many that want it at once, also over an abandoned one', async () => {
    for (const abandoned of [null, { pid: 2 ** 22 + 1, birthMark: null, url: URL }]) {
      if (abandoned) await leaveLock(abandoned);
      const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockDataDir(dataDir, URL)));
      const acquired = results.filter((result) => result.status === 'fulfilled');
      expect(acquired).toHaveLength(1);
      for (const { value } of acquired) await value.release();
      expect(await readdir(dataDir)).toEqual([]);
    }
  });

  it('is not held up by a start that died while it took over', async () => {
    const dead = { pid: 2 ** 22 + 1, birthMark: null, url: URL };
    await leaveLock(dead);
    await writeFile(join(dataDir, 'outdial.lock.takeover'), JSON.stringify(dead));
    await (await lockDataDir(dataDir, URL)).release();
    expect(await readdir(dataDir)).toEqual([]);
  });

  it("does not release what has become another's", async () => {
    const lock = await lockDataDir(dataDir, URL);
    await leaveLock(otherHolder());
    await lock.release();
    expect(await readdir(dataDir)).toEqual(['outdial.lock']);
  });
});

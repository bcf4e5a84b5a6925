import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { birthMark, isRunning, programOf, workingDirectoryOf } from './process-table.js';

const onLinux = process.platform === 'linux';

describe('process table', () => {
  it('knows that this process runs', () => {
    expect(isRunning(process.pid)).toBe(true);
  });

  it('knows that an ended process does not', async () => {
    const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
    await once(child, 'exit');
    expect(isRunning(child.pid ?? 0)).toBe(false);
    expect(birthMark(child.pid ?? 0)).toBeNull();
  });

  it.runIf(onLinux)('counts a zombie as gone', async () => {
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const zombie = Number(line.toString());
    // A shell waits for its children; what it has become does not.
    await expect.poll(() => programOf(parent.pid ?? 0)).toBe('sleep');
    process.kill(zombie, 'SIGKILL');
    await expect.poll(() => isRunning(zombie)).toBe(false);
    expect(() => process.kill(zombie, 0)).not.toThrow();
    parent.kill('SIGKILL');
  });

  it.runIf(onLinux)('tells processes apart, and each from itself at another time not at all', () => {
    expect(birthMark(process.pid)).toBe(birthMark(process.pid));
    expect(birthMark(process.pid)).not.toBe(birthMark(1));
  });

  it('names the program', async () => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore', cwd: '/' });
    await once(child, 'spawn');
    await expect.poll(() => programOf(child.pid ?? 0)).toBe('sleep');
    if (onLinux) expect(workingDirectoryOf(child.pid ?? 0)).toBe('/');
    child.kill('SIGKILL');
  });
});

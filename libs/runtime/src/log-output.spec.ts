import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LogOutput } from './log-output.js';

const A_FULL_DISK = '/dev/full';

describe('LogOutput', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'outdial log '));
  });
  afterAll(() => rm(directory, { recursive: true }));

  const streamOf = () => new PassThrough() as unknown as NodeJS.WriteStream;

  /** Opens `path` under the number that a closed descriptor had. */
  function openAs(fd: number, path: string): void {
    const others: number[] = [];
    for (let opened = openSync(path, 'a'); opened !== fd; opened = openSync(path, 'a')) others.push(opened);
    others.forEach((other) => closeSync(other));
  }

  it('drops lines while the disk is full, says so, and how many are missing once there is room', () => {
    const fd = openSync(A_FULL_DISK, 'a');
    const output = new LogOutput(fd, streamOf());
    expect(output.state()).toBe('ok');
    output.write('one\n');
    output.write('two\n');
    expect(output.state()).toBe('full');
    closeSync(fd);
    const path = join(directory, 'log');
    openAs(fd, path);
    expect(output.state()).toBe('ok');
    output.write('three\n');
    closeSync(fd);
    const [torn, note, three] = readFileSync(path, 'utf8').split('\n');
    expect(torn).toBe('');
    expect(JSON.parse(note!)).toMatchObject({ level: 'warn', message: expect.stringMatching(/^2 lines .*\(full\)/) });
    expect(three).toBe('three');
  });

  it('goes on by itself with the next line', () => {
    const fd = openSync(A_FULL_DISK, 'a');
    const output = new LogOutput(fd, streamOf());
    output.write('one\n');
    closeSync(fd);
    const path = join(directory, 'next');
    openAs(fd, path);
    output.write('two\n');
    closeSync(fd);
    expect(readFileSync(path, 'utf8')).toMatch(/1 lines .*\n.*two\n$/);
  });

  it('survives the end of whoever reads the other end of a pipe', () => {
    const stream = streamOf();
    const output = new LogOutput(-1, stream);
    stream.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    expect(output.state()).toBe('unwritable');
  });
});

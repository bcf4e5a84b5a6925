import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lastLinesOf, logLine, prepareLogFile, readSince, sizeOf } from './log-file.js';

let path: string;
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'outdial-log-'));
  path = join(dir, 'logs', 'outdial.log');
});

afterEach(() => rm(dir, { recursive: true }));

describe('log file', () => {
  it('is made with its directory, and kept while it is small', async () => {
    await prepareLogFile(path);
    await writeFile(path, 'kept\n');
    await prepareLogFile(path);
    expect(await readFile(path, 'utf8')).toBe('kept\n');
  });

  it('moves aside what has grown past the limit, over what was aside before', async () => {
    for (const text of ['older\n', 'newer\n']) {
      await prepareLogFile(path, 4);
      await writeFile(path, text);
    }
    await prepareLogFile(path, 4);
    expect(await readFile(path, 'utf8')).toBe('');
    expect(await readFile(`${path}.1`, 'utf8')).toBe('newer\n');
  });

  it('takes lines as JSON, and goes without when there is no place for them', async () => {
    logLine(path, 'nowhere');
    await prepareLogFile(path);
    logLine(path, 'PostgreSQL has ended');
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
      message: 'PostgreSQL has ended',
      context: 'Launcher',
    });
  });

  it('is read from an offset on', async () => {
    await prepareLogFile(path);
    expect(await readSince(path, 0)).toBe('');
    await writeFile(path, 'before ÄÖ\n');
    const offset = await sizeOf(path);
    await writeFile(path, 'before ÄÖ\nafter\n');
    expect(await readSince(path, offset)).toBe('after\n');
  });
});

describe('lastLinesOf', () => {
  it("leaves out other processes' lines, keeps those without a pid, and no more than asked", () => {
    const text = '{"pid":7,"message":"a"}\nplain\n\n{"pid":8,"message":"b"}\n{"pid":7,"message":"c"}\n';
    expect(lastLinesOf(text, 7, 5)).toEqual(['{"pid":7,"message":"a"}', 'plain', '{"pid":7,"message":"c"}']);
    expect(lastLinesOf(text, 7, 1)).toEqual(['{"pid":7,"message":"c"}']);
  });
});

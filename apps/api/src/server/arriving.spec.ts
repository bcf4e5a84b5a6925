import { setTimeout as pause } from 'node:timers/promises';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { arriving, BodyStalled } from './arriving.js';

const PATIENCE_MS = 50;

async function allOf<T>(parts: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

describe('arriving', () => {
  it('gives all that comes', async () => {
    async function* three() {
      yield* [1, 2, 3];
    }
    expect(await allOf(arriving(three(), PATIENCE_MS))).toEqual([1, 2, 3]);
  });

  it('ends where nothing comes any more, and not before what has come was given', async () => {
    const body = new PassThrough();
    body.write('phone_number\n');
    const seen: string[] = [];
    const read = async () => {
      for await (const part of arriving<Buffer>(body, PATIENCE_MS)) seen.push(part.toString());
    };
    await expect(read()).rejects.toThrow(BodyStalled);
    expect(seen).toEqual(['phone_number\n']);
  });

  it('does not count what is done with a part', async () => {
    async function* two() {
      yield* [1, 2];
    }
    const seen: number[] = [];
    for await (const part of arriving(two(), PATIENCE_MS)) {
      await pause(3 * PATIENCE_MS);
      seen.push(part);
    }
    expect(seen).toEqual([1, 2]);
  });

  it('lets go of a source that is left early', async () => {
    const body = new PassThrough();
    body.write('a');
    for await (const part of arriving<Buffer>(body, PATIENCE_MS)) {
      expect(part.toString()).toBe('a');
      break;
    }
    expect(body.destroyed).toBe(true);
  });

  it('fails as its source does', async () => {
    const body = new PassThrough();
    body.destroy(new Error('cut off'));
    await expect(allOf(arriving(body, PATIENCE_MS))).rejects.toThrow('cut off');
  });
});

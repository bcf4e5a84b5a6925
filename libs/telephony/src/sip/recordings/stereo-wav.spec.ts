import { mkdtempSync, readdirSync, readlinkSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAsStereo, readWavFormat } from './stereo-wav.js';

function mono(...samples: number[]): Buffer {
  const wav = Buffer.alloc(44 + 2 * samples.length);
  for (const [n, sample] of samples.entries()) wav.writeInt16LE(sample, 44 + 2 * n);
  return wav;
}

/** Lists the files of a directory that this process has open. A file that is opened or closed meanwhile is skipped. */
function openFilesIn(directory: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path.startsWith(directory) ? [path] : [];
    } catch {
      return [];
    }
  });
}

describe('Two files as one', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'outdial-stereo-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const open = (left: Buffer, right: Buffer) => {
    const [one, other] = [join(directory, 'left.wav'), join(directory, 'right.wav')];
    writeFileSync(one, left);
    writeFileSync(other, right);
    return openAsStereo(one, other, 8_000);
  };
  const joined = async (left: Buffer, right: Buffer) => {
    const { length, content } = await open(left, right);
    const stereo = await buffer(content);
    expect(stereo).toHaveLength(length);
    return stereo;
  };
  const samplesOf = (stereo: Buffer) =>
    Array.from({ length: (stereo.length - 44) / 2 }, (_, n) => stereo.readInt16LE(44 + 2 * n));

  it('holds one on each side, the shorter followed by silence', async () => {
    const stereo = await joined(mono(1, 2, 3), mono(-1));
    expect(samplesOf(stereo)).toEqual([1, -1, 2, 0, 3, 0]);
    expect(stereo.readUInt32LE(40)).toBe(12);
    expect(stereo.readUInt32LE(4)).toBe(stereo.length - 8);
    const format = { encoding: 1, channels: 2, samplesPerSecond: 8_000, bitsPerSample: 16 };
    expect(readWavFormat(stereo)).toEqual(format);
  });

  it('is silence of no length where there is nothing, or half a sample', async () => {
    expect(await joined(Buffer.alloc(0), mono().subarray(0, 10))).toHaveLength(44);
    expect(await joined(Buffer.alloc(45), Buffer.alloc(44))).toHaveLength(44);
  });

  it('is read piece by piece, each sample in its place', async () => {
    const seconds = Array.from({ length: 50_000 }, (_, n) => n % 30_000);
    const stereo = await joined(mono(...seconds), mono(...seconds.slice(0, 40_000).map((sample) => -sample)));
    expect(samplesOf(stereo)).toEqual(seconds.flatMap((sample, n) => [sample, n < 40_000 && sample ? -sample : 0]));
  });

  it('is no longer than the files were when it was opened', async () => {
    const { length, content } = await open(mono(1, 2), mono(3));
    writeFileSync(join(directory, 'left.wav'), mono(1, 2, 3, 4));
    expect(samplesOf(await buffer(content))).toEqual([1, 3, 2, 0]);
    expect(length).toBe(44 + 8);
  });

  it('keeps no file open once it is read, or nobody wants it any more', async () => {
    await joined(mono(1), mono(2));
    (await open(mono(1), mono(2))).content.destroy();
    await expect(openAsStereo(join(directory, 'left.wav'), join(directory, 'nowhere.wav'), 8_000)).rejects.toThrow(
      'ENOENT',
    );
    await expect.poll(() => openFilesIn(directory)).toEqual([]);
  });

  it('breaks off where a file has become shorter', async () => {
    const { content } = await open(mono(1, 2), mono(3));
    truncateSync(join(directory, 'left.wav'), 46);
    await expect(buffer(content)).rejects.toThrow(/has become shorter/);
  });
});

describe('What is no WAV file', () => {
  it.each([
    Buffer.alloc(0),
    Buffer.alloc(100),
    Buffer.from(`RIFF${' '.repeat(60)}`),
    Buffer.from(`RIFF${' '.repeat(56)}fmt `),
  ])('has no format (%#)', (bytes) => {
    expect(readWavFormat(bytes)).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { joinAsStereo, readWavFormat } from './stereo-wav.js';

function mono(...samples: number[]): Buffer {
  const wav = Buffer.alloc(44 + 2 * samples.length);
  for (const [n, sample] of samples.entries()) wav.writeInt16LE(sample, 44 + 2 * n);
  return wav;
}

describe('Two files as one', () => {
  it('holds one on each side, the shorter followed by silence', () => {
    const stereo = joinAsStereo(mono(1, 2, 3), mono(-1), 8_000);
    const samples = Array.from({ length: 6 }, (_, n) => stereo.readInt16LE(44 + 2 * n));
    expect(samples).toEqual([1, -1, 2, 0, 3, 0]);
    expect(stereo.readUInt32LE(40)).toBe(12);
    expect(stereo.readUInt32LE(4)).toBe(stereo.length - 8);
    const format = { encoding: 1, channels: 2, samplesPerSecond: 8_000, bitsPerSample: 16 };
    expect(readWavFormat(stereo)).toEqual(format);
  });

  it('is silence of no length where there is nothing, or half a sample', () => {
    expect(joinAsStereo(Buffer.alloc(0), mono().subarray(0, 10), 8_000)).toHaveLength(44);
    expect(joinAsStereo(Buffer.alloc(45), Buffer.alloc(44), 8_000)).toHaveLength(44);
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

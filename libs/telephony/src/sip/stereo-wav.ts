/** PCM, 16 bit, little endian. */
const BYTES_PER_SAMPLE = 2;
const HEADER_BYTES = 44;

/** What a WAV file says of its sound; null for what is none. */
export interface WavFormat {
  readonly encoding: number;
  readonly channels: number;
  readonly samplesPerSecond: number;
  readonly bitsPerSample: number;
}

export function readWavFormat(wav: Buffer): WavFormat | null {
  if (wav.length < HEADER_BYTES || wav.toString('latin1', 0, 4) !== 'RIFF') return null;
  const at = wav.indexOf('fmt ', 12, 'latin1');
  if (at < 0 || at + 24 > wav.length) return null;
  return {
    encoding: wav.readUInt16LE(at + 8),
    channels: wav.readUInt16LE(at + 10),
    samplesPerSecond: wav.readUInt32LE(at + 12),
    bitsPerSample: wav.readUInt16LE(at + 22),
  };
}

/** Two mono files as one in stereo: `left` and `right`, the shorter followed by silence. Lengths are the files', as a header may be unfinished. */
export function joinAsStereo(left: Buffer, right: Buffer, samplesPerSecond: number): Buffer {
  const [one, other] = [samplesOf(left), samplesOf(right)];
  const samples = Math.floor(Math.max(one.length, other.length) / BYTES_PER_SAMPLE);
  const sound = Buffer.alloc(samples * 2 * BYTES_PER_SAMPLE);
  interleave(one, sound, 0);
  interleave(other, sound, BYTES_PER_SAMPLE);
  return Buffer.concat([stereoHeader(sound.length, samplesPerSecond), sound]);
}

function samplesOf(wav: Buffer): Buffer {
  return wav.subarray(HEADER_BYTES);
}

function interleave(mono: Buffer, stereo: Buffer, offset: number): void {
  for (let at = 0; at + BYTES_PER_SAMPLE <= mono.length; at += BYTES_PER_SAMPLE) {
    mono.copy(stereo, 2 * at + offset, at, at + BYTES_PER_SAMPLE);
  }
}

function stereoHeader(soundBytes: number, samplesPerSecond: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  const frameBytes = 2 * BYTES_PER_SAMPLE;
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(HEADER_BYTES - 8 + soundBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(2, 22);
  header.writeUInt32LE(samplesPerSecond, 24);
  header.writeUInt32LE(samplesPerSecond * frameBytes, 28);
  header.writeUInt16LE(frameBytes, 32);
  header.writeUInt16LE(8 * BYTES_PER_SAMPLE, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(soundBytes, 40);
  return header;
}

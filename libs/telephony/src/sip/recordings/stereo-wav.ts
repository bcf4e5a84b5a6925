import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';

/** PCM, 16 bit, little endian. */
const BYTES_PER_SAMPLE = 2;
const BYTES_PER_FRAME = 2 * BYTES_PER_SAMPLE;
const HEADER_BYTES = 44;
const FRAMES_AT_ONCE = 16_384;

/** Format of a WAV file. */
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

export interface StereoWav {
  /** Length in bytes. */
  readonly length: number;
  readonly content: Readable;
}

/**
 * Joins two mono files into one stereo stream that is read on demand. The shorter file is followed by silence. Lengths
 * are those of the files now, since a header may be unfinished. Both files stay open until the content is read or
 * destroyed.
 * @throws the file system's error.
 */
export async function openAsStereo(left: string, right: string, samplesPerSecond: number): Promise<StereoWav> {
  const sides: Sound[] = [];
  const close = () => Promise.all(sides.map(({ file }) => file.close()));
  try {
    for (const path of [left, right]) sides.push(await openSound(path));
  } catch (error) {
    await close();
    throw error;
  }
  const frames = Math.max(...sides.map(({ samples }) => samples));
  const header = stereoHeader(frames * BYTES_PER_FRAME, samplesPerSecond);
  const content = Readable.from(interleaved(sides, frames, header), { objectMode: false });
  content.once('close', () => void close());
  return { length: header.length + frames * BYTES_PER_FRAME, content };
}

interface Sound {
  readonly file: FileHandle;
  readonly samples: number;
}

async function openSound(path: string): Promise<Sound> {
  const file = await open(path);
  const { size } = await file.stat();
  return { file, samples: Math.max(0, Math.floor((size - HEADER_BYTES) / BYTES_PER_SAMPLE)) };
}

async function* interleaved(sides: readonly Sound[], frames: number, header: Buffer): AsyncGenerator<Buffer> {
  yield header;
  for (let from = 0; from < frames; from += FRAMES_AT_ONCE) {
    const sound = Buffer.alloc(Math.min(FRAMES_AT_ONCE, frames - from) * BYTES_PER_FRAME);
    for (const [side, { file, samples }] of sides.entries()) {
      const count = Math.max(0, Math.min(FRAMES_AT_ONCE, samples - from));
      const mono = await readSamples(file, from, count);
      for (let n = 0; n < count; n += 1)
        sound.writeInt16LE(mono.readInt16LE(n * BYTES_PER_SAMPLE), n * BYTES_PER_FRAME + side * BYTES_PER_SAMPLE);
    }
    yield sound;
  }
}

/** @throws Error if the file has become shorter. */
async function readSamples(file: FileHandle, from: number, count: number): Promise<Buffer> {
  const mono = Buffer.alloc(count * BYTES_PER_SAMPLE);
  for (let read = 0; read < mono.length;) {
    const at = HEADER_BYTES + from * BYTES_PER_SAMPLE + read;
    const { bytesRead } = await file.read(mono, read, mono.length - read, at);
    if (bytesRead === 0) throw new Error('A recording has become shorter');
    read += bytesRead;
  }
  return mono;
}

function stereoHeader(soundBytes: number, samplesPerSecond: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(HEADER_BYTES - 8 + soundBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(2, 22);
  header.writeUInt32LE(samplesPerSecond, 24);
  header.writeUInt32LE(samplesPerSecond * BYTES_PER_FRAME, 28);
  header.writeUInt16LE(BYTES_PER_FRAME, 32);
  header.writeUInt16LE(8 * BYTES_PER_SAMPLE, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(soundBytes, 40);
  return header;
}

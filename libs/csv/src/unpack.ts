import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { TableProblem } from './table-problem.js';

/** Greatest unpacked size of a file: a bomb of a few kilobytes must not fill the disk. */
export const MOST_BYTES = 4 * 1024 ** 3;

/** Greatest ratio of unpacking. Tables pack to a fifth or a twentieth; a ratio of a hundred holds hardly any data. */
const MOST_RATIO = 100;

/** Unpacked size up to which any ratio is allowed. */
const ANY_RATIO_BYTES = 16 * 1024 ** 2;

const GZIP = Buffer.from([0x1f, 0x8b]);

/** Yields the bytes of a file, unpacked if it is a gzip. @throws TableProblem */
export async function* unpacked(source: AsyncIterable<Uint8Array>, mostBytes = MOST_BYTES): AsyncGenerator<Buffer> {
  const { head, all } = await withHead(source, GZIP.length);
  const isGzip = head.subarray(0, GZIP.length).equals(GZIP);
  let bytes = 0;
  for await (const chunk of isGzip ? gunzipped(all) : all) {
    bytes += chunk.length;
    if (bytes > mostBytes)
      throw new TableProblem(
        'file_too_large',
        `The file has more than ${mostBytes} bytes: split it into several files.`,
      );
    yield chunk;
  }
}

async function* gunzipped(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const counted = new CountedBytes(source);
  const packed = Readable.from(counted);
  let bytes = 0;
  const gunzip = createGunzip();
  packed.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of packed.pipe(gunzip) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > ANY_RATIO_BYTES && bytes > MOST_RATIO * counted.bytes) throw tooTight();
      yield chunk;
    }
  } catch (error) {
    const isZlibs =
      typeof error === 'object' && error !== null && 'code' in error && String(error.code).startsWith('Z_');
    throw isZlibs ? new TableProblem('file_damaged', 'The gzip file is damaged or cut off: pack it anew.') : error;
  } finally {
    packed.destroy();
    gunzip.destroy();
  }
}

class CountedBytes implements AsyncIterable<Buffer> {
  bytes = 0;

  constructor(private readonly source: AsyncIterable<Buffer>) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for await (const chunk of this.source) {
      this.bytes += chunk.length;
      yield chunk;
    }
  }
}

function tooTight(): TableProblem {
  return new TableProblem(
    'packed_too_tightly',
    `The gzip file unpacks to more than ${MOST_RATIO} times its size: it repeats itself. Send it unpacked.`,
  );
}

/** Returns the first bytes of a stream, at least `length` unless it is shorter, and the whole stream. */
export async function withHead(
  source: AsyncIterable<Uint8Array>,
  length: number,
): Promise<{ head: Buffer; all: AsyncIterable<Buffer> }> {
  const iterator = source[Symbol.asyncIterator]();
  const parts: Buffer[] = [];
  for (let size = 0; size < length;) {
    const { done, value } = await iterator.next();
    if (done) break;
    parts.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
    size += value.byteLength;
  }
  const head = Buffer.concat(parts);
  return { head, all: rejoined(head, iterator) };
}

async function* rejoined(head: Buffer, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (let next = await rest.next(); !next.done; next = await rest.next()) {
      yield Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    }
  } finally {
    await rest.return?.();
  }
}

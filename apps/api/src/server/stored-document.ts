import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { acceptedEncoding, type Encoding } from './accepted-encoding.js';

/** A document in one encoding, as it is sent. */
interface Representation {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly encoding: Encoding;
}

export interface StoredDocumentSettings {
  readonly type: string;
  /** Seconds for which a client may go on without asking again. */
  readonly maxAgeSeconds: number;
  /** Is asked once, when the document is first wanted. */
  readonly read: () => Buffer | string | Promise<Buffer | string>;
}

/** Least size that is compressed. Below it, compression saves less than its headers cost. */
const LEAST_COMPRESSED_BYTES = 1_024;
const BROTLI_QUALITY = 9;

const compressed: Readonly<Record<Exclude<Encoding, 'identity'>, (bytes: Buffer) => Promise<Buffer>>> = {
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  gzip: (bytes) => promisify(gzip)(bytes),
};

/**
 * Document that is the same for every client. It is made once, compressed once for each encoding, and sent from memory.
 * A client that has it already gets a 304 (RFC 9110 §13.1.2).
 */
export class StoredDocument {
  private readonly made = new Map<Encoding, Promise<Representation>>();

  constructor(private readonly settings: StoredDocumentSettings) {}

  async send(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { bytes, etag, encoding } = await this.represent(acceptedEncoding(request.headers['accept-encoding']));
    void reply
      .header('etag', etag)
      .header('vary', [reply.getHeader('vary'), 'Accept-Encoding'].flat().filter(Boolean).join(', '))
      .header('cache-control', `public, max-age=${this.settings.maxAgeSeconds}, must-revalidate`);
    if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send();
    if (encoding !== 'identity') void reply.header('content-encoding', encoding);
    return reply.type(this.settings.type).send(bytes);
  }

  /** Makes a document in an encoding once; a failure is not kept, so the next request tries again. */
  private represent(encoding: Encoding): Promise<Representation> {
    const known = this.made.get(encoding);
    if (known) return known;
    const made = this.make(encoding);
    this.made.set(encoding, made);
    made.catch(() => this.made.delete(encoding));
    return made;
  }

  private async make(encoding: Encoding): Promise<Representation> {
    if (encoding === 'identity') {
      const bytes = Buffer.from(await this.settings.read());
      return { bytes, etag: etagOf(bytes), encoding };
    }
    const plain = await this.represent('identity');
    if (plain.bytes.length < LEAST_COMPRESSED_BYTES || this.settings.type.startsWith('image/')) return plain;
    const bytes = await compressed[encoding](plain.bytes);
    return { bytes, etag: etagOf(bytes), encoding };
  }
}

/** Computes a strong tag. Answers with one tag are equal in every byte, so each encoding has its own. */
function etagOf(bytes: Buffer): string {
  return `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`;
}

/** Compares as RFC 9110 §8.8.3.2 has it for If-None-Match: a tag that a proxy has made weak counts. */
function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  const tags = header.split(',').map((tag) => tag.trim());
  return tags.some((tag) => tag === '*' || tag === etag || tag === `W/${etag}`);
}

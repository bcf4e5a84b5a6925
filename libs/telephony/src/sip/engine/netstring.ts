/** Frames a message as `<bytes>:<text>,` (D. J. Bernstein, 1997), as the engine's control socket does. */
export function encodeNetstring(text: string): string {
  return `${Buffer.byteLength(text)}:${text},`;
}

const COLON = 0x3a;
const COMMA = 0x2c;
const LONGEST_PREFIX = 10;

/** Splits a stream of bytes into messages. */
export class NetstringReader {
  private rest: Buffer = Buffer.alloc(0);

  /** @throws Error if the bytes are no netstrings. The rest of the stream is then unreadable. */
  push(chunk: Buffer): string[] {
    this.rest = Buffer.concat([this.rest, chunk]);
    const messages: string[] = [];
    for (let message = this.next(); message !== null; message = this.next()) messages.push(message);
    return messages;
  }

  private next(): string | null {
    const colon = this.rest.indexOf(COLON);
    if (colon < 0 && this.rest.length <= LONGEST_PREFIX) return null;
    const prefix = this.rest.toString('latin1', 0, Math.max(colon, 0));
    if (!/^\d{1,9}$/.test(prefix)) throw new Error('What came over the control socket is no netstring');
    const end = colon + 1 + Number(prefix);
    if (this.rest.length <= end) return null;
    if (this.rest[end] !== COMMA) throw new Error('What came over the control socket is no netstring');
    const message = this.rest.toString('utf8', colon + 1, end);
    this.rest = this.rest.subarray(end + 1);
    return message;
  }
}

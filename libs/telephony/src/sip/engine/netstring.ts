/** `<bytes>:<text>,` (D. J. Bernstein, 1997): how the engine's control socket frames its messages. */
export function encodeNetstring(text: string): string {
  return `${Buffer.byteLength(text)}:${text},`;
}

const COLON = 0x3a;
const COMMA = 0x2c;
const LONGEST_PREFIX = 10;

/** Takes bytes as they arrive and gives the messages that they complete. */
export class NetstringReader {
  private rest: Buffer = Buffer.alloc(0);

  /** @throws Error when the bytes are no netstrings: from then on nothing can be told. */
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

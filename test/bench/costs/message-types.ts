const HEADER_BYTES = 5;

/**
 * Reads the type of each message from a stream of PostgreSQL's protocol, wherever the stream is cut into chunks. A
 * message is its type (1 byte), its length (4 bytes, itself included) and its content.
 */
export class MessageTypes {
  private header = Buffer.alloc(0);
  private contentLeft = 0;

  /** `hasStartup` is true for a client's stream, whose first message has no type. */
  constructor(private hasStartup = false) {}

  /** Returns the types of the messages whose header ends in this chunk. */
  read(chunk: Buffer): string[] {
    const types: string[] = [];
    for (let at = 0; at < chunk.length;) {
      if (this.contentLeft > 0) {
        const skipped = Math.min(this.contentLeft, chunk.length - at);
        this.contentLeft -= skipped;
        at += skipped;
        continue;
      }
      const wanted = this.headerBytes - this.header.length;
      this.header = Buffer.concat([this.header, chunk.subarray(at, at + wanted)]);
      at += wanted;
      if (this.header.length === this.headerBytes) this.endHeader(types);
    }
    return types;
  }

  private get headerBytes(): number {
    return this.hasStartup ? HEADER_BYTES - 1 : HEADER_BYTES;
  }

  private endHeader(types: string[]): void {
    this.contentLeft = this.header.readUInt32BE(this.headerBytes - 4) - 4;
    if (!this.hasStartup) types.push(this.header.toString('latin1', 0, 1));
    this.hasStartup = false;
    this.header = Buffer.alloc(0);
  }
}

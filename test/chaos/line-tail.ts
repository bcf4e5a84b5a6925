import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

const PIECE_BYTES = 256 * 1024;

/** Reads a file that grows, line by line; a line that is not finished yet waits for its end. */
export class LineTail {
  private readonly decoder = new StringDecoder('utf8');
  private readonly piece = Buffer.alloc(PIECE_BYTES);
  private offset = 0;
  private rest = '';

  constructor(private readonly path: string) {}

  /** The lines that were finished since the last time. */
  read(): string[] {
    const lines = (this.rest + this.readNew()).split('\n');
    this.rest = lines.pop() ?? '';
    return lines.filter((line) => line !== '');
  }

  private readNew(): string {
    const file = openSync(this.path, 'a+');
    let text = '';
    try {
      for (;;) {
        const bytes = readSync(file, this.piece, 0, PIECE_BYTES, this.offset);
        if (bytes === 0) return text;
        this.offset += bytes;
        text += this.decoder.write(this.piece.subarray(0, bytes));
      }
    } finally {
      closeSync(file);
    }
  }
}

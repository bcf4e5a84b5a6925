import { fstatSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';

export type LogState = 'ok' | 'full' | 'unwritable';

/** Error codes of a disk or quota that is used up. */
const IS_FULL = new Set(['ENOSPC', 'EDQUOT']);

/**
 * Writes log lines to one output stream of this process. A line that cannot be written is counted and dropped, because
 * a log must never end a process. The next line that can be written is preceded by the number of lost lines.
 * Lines for files are written without Node's stream, which gives up for good after one error.
 */
export class LogOutput {
  private lost = 0;
  private trouble: Exclude<LogState, 'ok'> | null = null;
  private readonly isFile: boolean;

  constructor(
    private readonly fd: number,
    private readonly stream: NodeJS.WriteStream,
  ) {
    this.isFile = isFile(fd);
    stream.on('error', (error: NodeJS.ErrnoException) => this.fail(error));
  }

  /**
   * Writes a line.
   * @param line with its line end.
   */
  write(line: string): void {
    if (!this.isFile) {
      this.stream.write(line);
      return;
    }
    try {
      this.sayWhatIsLost();
      writeWhole(this.fd, line);
    } catch (error) {
      this.fail(error as NodeJS.ErrnoException);
    }
  }

  /** Returns the state of the output. After an error it tries again to write. */
  state(): LogState {
    if (this.trouble === null || !this.isFile) return this.trouble ?? 'ok';
    try {
      this.sayWhatIsLost();
    } catch (error) {
      this.trouble = stateAfter(error as NodeJS.ErrnoException);
    }
    return this.trouble ?? 'ok';
  }

  private fail(error: NodeJS.ErrnoException): void {
    this.lost += 1;
    this.trouble = stateAfter(error);
  }

  /** Writes how many lines were lost, on a line of its own: the last line may have been cut off. */
  private sayWhatIsLost(): void {
    if (this.trouble === null) return;
    const message = `${this.lost} lines of the log are missing here: it could not be written (${this.trouble}).`;
    const entry = { level: 'warn', pid: process.pid, timestamp: Date.now(), message, context: 'Log' };
    writeWhole(this.fd, `\n${JSON.stringify(entry)}\n`);
    this.lost = 0;
    this.trouble = null;
  }
}

function stateAfter({ code }: NodeJS.ErrnoException): Exclude<LogState, 'ok'> {
  return IS_FULL.has(code ?? '') ? 'full' : 'unwritable';
}

/** True for a file, or a device that behaves as one. Pipes, sockets and terminals are left to Node's stream. */
function isFile(fd: number): boolean {
  try {
    const found = fstatSync(fd);
    return found.isFile() || (found.isCharacterDevice() && !isatty(fd));
  } catch {
    return false;
  }
}

function writeWhole(fd: number, line: string): void {
  const bytes = Buffer.from(line);
  for (let written = 0; written < bytes.length; written += writeSync(fd, bytes, written));
}

/** Standard output and standard error of this process. */
export const LOG_OUTPUTS = { stdout: new LogOutput(1, process.stdout), stderr: new LogOutput(2, process.stderr) };

/** Returns the state of the log: the worse one of both outputs. */
export function logState(): LogState {
  const states = [LOG_OUTPUTS.stdout.state(), LOG_OUTPUTS.stderr.state()];
  return states.find((state) => state !== 'ok') ?? 'ok';
}

import { open, type FileHandle } from 'node:fs/promises';
import type { SuppressionLine } from '#database/statements/people/suppression-outbox.js';

/** Where suppressions are logged, outside of the database. */
export interface SuppressionSink {
  /**
   * Resolves once all lines are there for good. @throws Error where that is not sure: the same lines are appended
   * again.
   */
  append(lines: readonly SuppressionLine[]): Promise<void>;
}

const POST_TIMEOUT_MS = 10_000;
const OWNER_ONLY = 0o600;
const NEWLINE = 0x0a;

/** @param target a file's path, or an http(s) URL that is POSTed to. */
export function sinkFor(target: string): SuppressionSink {
  return isUrl(target) ? new HttpSink(target) : new FileSink(target);
}

export function isUrl(target: string): boolean {
  return /^https?:\/\//i.test(target);
}

/** A line of JSON per suppression. */
class FileSink implements SuppressionSink {
  constructor(private readonly path: string) {}

  async append(lines: readonly SuppressionLine[]): Promise<void> {
    const file = await open(this.path, 'a+', OWNER_ONLY);
    try {
      const start = (await endsInALine(file)) ? '' : '\n';
      await file.appendFile(start + textOf(lines));
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

/** False after a process died in the middle of a line, which is then left alone. */
async function endsInALine(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return true;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === NEWLINE;
}

class HttpSink implements SuppressionSink {
  constructor(private readonly url: string) {}

  async append(lines: readonly SuppressionLine[]): Promise<void> {
    const answer = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: textOf(lines),
      redirect: 'error',
      signal: AbortSignal.timeout(POST_TIMEOUT_MS),
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`SUPPRESSION_LOG answered ${answer.status}`);
  }
}

function textOf(lines: readonly SuppressionLine[]): string {
  return lines.map((line) => `${JSON.stringify(fieldsOf(line))}\n`).join('');
}

/** Only what says something; `v` is the version of the format. */
function fieldsOf(line: SuppressionLine): Record<string, unknown> {
  return Object.fromEntries(Object.entries({ v: 1, ...line }).filter(([, value]) => value !== null));
}

import { open, type FileHandle } from 'node:fs/promises';
import type { SuppressionEntry } from '#database/statements/people/suppression-outbox.js';

/** Target of suppressions outside of the database. */
export interface SuppressionSink {
  /**
   * Appends entries. Resolves once all of them are stored durably.
   * @throws Error if that is not sure: the caller then appends them again.
   */
  append(entries: readonly SuppressionEntry[]): Promise<void>;
}

const POST_TIMEOUT_MS = 10_000;
const OWNER_ONLY = 0o600;
const NEWLINE = 0x0a;

/**
 * Returns the sink of a target.
 * @param target a file's path, or an http(s) URL that receives POST requests.
 */
export function sinkFor(target: string): SuppressionSink {
  return isUrl(target) ? new HttpSink(target) : new FileSink(target);
}

export function isUrl(target: string): boolean {
  return /^https?:\/\//i.test(target);
}

/** Appends one line of JSON per suppression to a file. */
class FileSink implements SuppressionSink {
  constructor(private readonly path: string) {}

  async append(entries: readonly SuppressionEntry[]): Promise<void> {
    const file = await open(this.path, 'a+', OWNER_ONLY);
    try {
      const start = (await endsInALine(file)) ? '' : '\n';
      await file.appendFile(start + textOf(entries));
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

/** Returns false if a process died in the middle of a line. That line is left as it is. */
async function endsInALine(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return true;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === NEWLINE;
}

class HttpSink implements SuppressionSink {
  constructor(private readonly url: string) {}

  async append(entries: readonly SuppressionEntry[]): Promise<void> {
    const answer = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: textOf(entries),
      redirect: 'error',
      signal: AbortSignal.timeout(POST_TIMEOUT_MS),
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`SUPPRESSION_LOG answered ${answer.status}`);
  }
}

function textOf(entries: readonly SuppressionEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(fieldsOf(entry))}\n`).join('');
}

/** Returns the fields of an entry that are not null; `v` is the version of the format. */
function fieldsOf(entry: SuppressionEntry): Record<string, unknown> {
  return Object.fromEntries(Object.entries({ v: 1, ...entry }).filter(([, value]) => value !== null));
}

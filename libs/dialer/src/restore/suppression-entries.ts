import { DNC_SOURCES, type DncSource } from '#database/entities/dnc-entry.entity.js';
import { SUPPRESSION_KINDS, type SuppressionKind } from '#database/entities/suppression-outbox.entity.js';
import { toE164 } from '#rules/phone-number/phone-number.js';

/** Entry of SUPPRESSION_LOG, read from a line of JSON. */
export interface ReadSuppression {
  readonly at: Date;
  readonly tenantId: string;
  readonly kind: SuppressionKind;
  /** E.164; null for erased people. */
  readonly phoneNumber: string | null;
  /** Hexadecimal; null for entries that are no erasure. */
  readonly personHash: string | null;
  readonly reason: string | null;
  readonly source: DncSource;
  readonly expiresAt: Date | null;
}

const LONGEST_ENTRY_BYTES = 8_192;
const LONGEST_TENANT_ID = 255;
const LONGEST_REASON = 255;
const E164 = /^\+[1-9]\d{4,17}$/;
const HASH = /^[0-9a-f]{64}$/;
const NEWLINE = 0x0a;

/** Splits a stream into lines. A line that is too long for an entry becomes null, and is never kept in memory. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string | null> {
  const line = new UnfinishedLine();
  for await (const chunk of chunks) {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      line.add(rest.subarray(0, end));
      yield line.finish();
      rest = rest.subarray(end + 1);
    }
    line.add(rest);
  }
  if (!line.isEmpty) yield line.finish();
}

/** Line of which some parts have been read. */
class UnfinishedLine {
  private parts: Buffer[] = [];
  private bytes = 0;

  get isEmpty(): boolean {
    return this.bytes === 0;
  }

  /** Keeps a copy of a part: the stream may write another chunk over it. */
  add(part: Buffer): void {
    this.bytes += part.length;
    if (this.bytes <= LONGEST_ENTRY_BYTES) this.parts.push(Buffer.from(part));
    else this.parts = [];
  }

  /** Returns the line, null if it is too long, and begins the next. */
  finish(): string | null {
    const text = this.bytes > LONGEST_ENTRY_BYTES ? null : Buffer.concat(this.parts).toString('utf8');
    this.parts = [];
    this.bytes = 0;
    return text;
  }
}

/**
 * Reads an entry.
 * @returns null for other text: cut off by a process that died, or written by another program.
 */
export function readSuppression(text: string): ReadSuppression | null {
  const fields = parsed(text);
  if (fields === null || fields['v'] !== 1) return null;
  const kind = SUPPRESSION_KINDS.find((known) => known === fields['kind']);
  const tenantId = textIn(fields['tenant_id'], LONGEST_TENANT_ID);
  const at = timeIn(fields['at']);
  if (!kind || tenantId === null || at === null) return null;
  const phoneNumber = numberIn(fields['phone_number']);
  const personHash = matching(fields['person_hash'], HASH);
  if ((kind === 'erased') !== (personHash !== null) || (kind === 'erased') !== (phoneNumber === null)) return null;
  return {
    at,
    tenantId,
    kind,
    phoneNumber,
    personHash,
    reason: textIn(fields['reason'], LONGEST_REASON),
    source: DNC_SOURCES.find((known) => known === fields['source']) ?? 'manual',
    expiresAt: timeIn(fields['expires_at']),
  };
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Returns a text without NUL, which PostgreSQL does not store; null for anything else. */
function textIn(value: unknown, longest: number): string | null {
  return typeof value === 'string' && value !== '' && value.length <= longest && !value.includes('\0') ? value : null;
}

/** Returns a number as it is written today. Entries of earlier versions have national prefixes. */
function numberIn(value: unknown): string | null {
  const number = matching(value, E164);
  return number && (toE164(number, null) ?? number);
}

function matching(value: unknown, pattern: RegExp): string | null {
  return typeof value === 'string' && pattern.test(value) ? value : null;
}

function timeIn(value: unknown): Date | null {
  const time = typeof value === 'string' ? new Date(value) : new Date(Number.NaN);
  const year = time.getUTCFullYear();
  return year > 1970 && year < 10_000 ? time : null;
}

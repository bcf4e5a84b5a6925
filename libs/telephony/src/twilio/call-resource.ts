import type { CallReport } from '#rules/call/call-report.js';
import { isFinalCallStatus } from '#rules/call/call-status.js';
import { callAge } from '../port/call-age.js';
import type { ListedCall } from '../port/telephony-provider.js';
import { toAnsweredBy, toCallStatus } from './call-status.js';

/** Fields of Twilio's Call resource that the adapter reads. */
export interface CallResource {
  readonly sid: string;
  readonly status: string | null;
  readonly direction: string | null;
  readonly to: string | null;
  readonly from: string | null;
  readonly answered_by: string | null;
  readonly date_created: string | null;
  readonly start_time: string | null;
  readonly end_time: string | null;
  readonly duration: string | null;
  readonly price: string | null;
  /** Time of Twilio's answer, from its `Date` header. */
  readonly told_at?: string | null;
}

export function isCallSid(value: unknown): value is string {
  return typeof value === 'string' && /^CA[0-9a-f]{32}$/i.test(value);
}

/** Returns null for a value that is no call. */
export function readCallResource(value: unknown): CallResource | null {
  const fields = (value ?? {}) as Readonly<Record<string, unknown>>;
  const { sid } = fields;
  if (!isCallSid(sid)) return null;
  const text = (name: string) => (typeof fields[name] === 'string' && fields[name] !== '' ? fields[name] : null);
  return {
    sid,
    status: text('status'),
    direction: text('direction'),
    to: text('to'),
    from: text('from'),
    answered_by: text('answered_by'),
    date_created: text('date_created'),
    start_time: text('start_time'),
    end_time: text('end_time'),
    duration: text('duration'),
    price: text('price'),
  };
}

/**
 * Reports a call as it is now. Price and recording come later than the end. The report's key names which of them it
 * knows, so that a fuller report counts as a new one.
 * @param now replaces times that the resource lacks.
 */
export function toLookupReport(
  call: CallResource,
  { dialerJobId, recordingUrl, now }: { dialerJobId: string; recordingUrl: string | null; now: Date },
): CallReport {
  const status = toCallStatus(call.status);
  const isOver = status !== undefined && isFinalCallStatus(status);
  const cost = toCost(call.price);
  const known = [call.status, call.answered_by, cost && 'priced', recordingUrl && 'recorded'];
  return {
    reportKey: ['lookup', call.sid, ...known.filter(Boolean)].join(':'),
    dialerJobId,
    providerCallId: call.sid,
    occurredAt: toTime(isOver ? (call.end_time ?? call.start_time) : (call.start_time ?? call.date_created)) ?? now,
    status,
    answeredBy: toAnsweredBy(call.answered_by),
    endReason: isOver ? (call.status ?? undefined) : undefined,
    durationSeconds: status === 'completed' ? toSeconds(call.duration) : undefined,
    cost,
    recordingUrl: recordingUrl ?? undefined,
    ...callAge(toTime(call.start_time ?? call.date_created), call.told_at ?? null),
  };
}

/**
 * Lists a call; Twilio stores no key of ours.
 * @throws Error for a call without a number or a time.
 */
export function toListedCall(call: CallResource): ListedCall {
  const createdAt = toTime(call.date_created ?? call.start_time);
  if (call.to === null || createdAt === undefined) throw new Error('a call that cannot be read');
  const report = toLookupReport(call, { dialerJobId: '', recordingUrl: null, now: createdAt });
  return { to: call.to, from: call.from, createdAt, dialerJobId: null, report };
}

/** Reads a time in the form of RFC 2822. */
export function toTime(text: string | null | undefined): Date | undefined {
  const time = new Date(text ?? '');
  return Number.isNaN(time.getTime()) ? undefined : time;
}

export function toSeconds(text: string | null | undefined): number | undefined {
  return text && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Returns the cost of a call. Twilio writes a charge as a negative amount. */
function toCost(price: string | null): string | undefined {
  return price?.match(/^-?(\d+(?:\.\d+)?)$/)?.[1];
}

import type { ListedCall } from '../port/telephony-provider.js';
import type { CallReport } from '#rules/call/call-report.js';
import { callAge } from '../port/call-age.js';
import { toEnd } from './call-end.js';
import { toCallStatus } from './call-status.js';
import type { JsonObject } from './json-object.js';
import { isUuid } from '#runtime/uuid.js';

/** Returns the dialer job of a call. The name is read last, since any user of the account can change it. */
export function dialerJobIdOf(call: JsonObject): string | undefined {
  return (
    call.at('assistant').at('metadata').text('dialerJobId') ??
    call.at('customer').text('externalId') ??
    call.text('name')
  );
}

interface LookedUp {
  readonly callId: string;
  readonly dialerJobId: string;
  readonly apiUrl: string;
  /** Replaces times that the call lacks. */
  readonly now: Date;
  /** Time of Vapi's answer, from its `Date` header. */
  readonly toldAt?: string | null;
}

/**
 * Reports a call as it is now. Facts of the end-of-call report may be missing at first. The report's key names the
 * known ones, so that a fuller report counts as a new one.
 */
export function toLookupReport(
  call: JsonObject,
  { callId, dialerJobId, apiUrl, now, toldAt = null }: LookedUp,
): CallReport {
  const word = call.text('status');
  const age = callAge(call.time('startedAt') ?? call.time('createdAt'), toldAt);
  const report = { reportKey: `lookup:${callId}:${word ?? ''}`, dialerJobId, providerCallId: callId, ...age };
  if (word !== 'ended') {
    const occurredAt = call.time('startedAt') ?? call.time('updatedAt') ?? call.time('createdAt') ?? now;
    return { ...report, occurredAt, status: toCallStatus(word) };
  }
  const endedAt = call.time('endedAt') ?? call.time('updatedAt') ?? now;
  const { known, ...end } = toEnd(call, { callId, apiUrl, endedAt, now });
  const reportKey = [report.reportKey, ...known, end.cost && 'priced'].filter(Boolean).join(':');
  return { ...report, ...end, reportKey: reportKey, occurredAt: endedAt };
}

/** Returns null for a call without an id, a number or a time. */
export function toListedCall(call: JsonObject, apiUrl: string): ListedCall | null {
  const callId = call.text('id');
  const to = call.at('customer').text('number');
  const createdAt = call.time('createdAt');
  if (to === undefined) return null;
  if (!isUuid(callId) || createdAt === undefined) throw new Error('a call that cannot be read');
  const dialerJobId = dialerJobIdOf(call) ?? null;
  const report = toLookupReport(call, { callId, dialerJobId: dialerJobId ?? '', apiUrl, now: createdAt });
  return { to, from: call.at('phoneNumber').text('number') ?? null, createdAt, dialerJobId, report };
}

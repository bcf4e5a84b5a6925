import type { Database } from '#database/connection/database.js';
import { callIdsOfOthers } from '#database/statements/engine/record/call-ids-of-others.js';
import type { CallLookup, CallReference, TelephonyProvider } from '#telephony/port/telephony-provider.js';
import type { CallRoute } from './call-route.js';
import { withTimeout } from '#runtime/with-timeout.js';

/**
 * Asks the provider about an attempt's own call. A provider that stores no key of Outdial is asked by numbers and
 * time, and may also find the call of the attempt before. Calls of other attempts are therefore left out.
 */
export async function lookUpOwn(
  { database, provider }: { database: Database; provider: TelephonyProvider },
  call: CallReference,
): Promise<CallLookup> {
  const lookup = await provider.lookUp(call);
  if (lookup.kind !== 'found' || call.providerCallId !== null) return lookup;
  const reports = [lookup.report, ...(lookup.others ?? [])];
  const others = await callIdsOfOthers(database, {
    dialerJobId: call.dialerJobId,
    provider: provider.name,
    providerCallIds: reports.flatMap(({ providerCallId }) => providerCallId ?? []),
  });
  const own = reports.find(({ providerCallId }) => providerCallId === null || !others.has(providerCallId));
  return own ? { kind: 'found', report: own } : { kind: 'not_found', isFinal: false };
}

/**
 * Returns the reference with the provider's id of the call that was found. A search by numbers might end another call.
 */
export function foundCall(call: CallReference, lookup: CallLookup): CallReference {
  if (lookup.kind !== 'found') return call;
  return { ...call, providerCallId: call.providerCallId ?? lookup.report.providerCallId };
}

/** Longest wait for a provider's answer. The sweeper has other calls to review. */
export const PROVIDER_PATIENCE_MS = 8_000;

/** Looks up a call over a route, within `PROVIDER_PATIENCE_MS`. */
export function lookUpBriefly(database: Database, { provider }: CallRoute, call: CallReference): Promise<CallLookup> {
  const lookUp = lookUpOwn({ database, provider }, call);
  return withTimeout(PROVIDER_PATIENCE_MS, lookUp, { kind: 'unavailable', cause: 'no answer in time' });
}

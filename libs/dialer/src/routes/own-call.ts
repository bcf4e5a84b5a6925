import type { Database } from '#database/connection/database.js';
import { callIdsOfOthers } from '#database/statements/engine/record/call-ids-of-others.js';
import type { CallLookup, CallReference, TelephonyProvider } from '#telephony/port/telephony-provider.js';
import type { CallLine } from './call-route.js';
import { within } from '#runtime/with-timeout.js';

/**
 * What the provider says of an attempt's own call. One that keeps no key of ours is asked by numbers and time, and may
 * find the call of the attempt before as well: whatever is known to belong to another attempt is not this one's.
 */
export async function lookUpOwn(
  { database, provider }: { database: Database; provider: TelephonyProvider },
  call: CallReference,
): Promise<CallLookup> {
  const lookup = await provider.lookUp(call);
  if (lookup.kind !== 'found' || call.providerCallId !== null) return lookup;
  const events = [lookup.event, ...(lookup.others ?? [])];
  const taken = await callIdsOfOthers(database, {
    dialerJobId: call.dialerJobId,
    provider: provider.name,
    providerCallIds: events.flatMap(({ providerCallId }) => providerCallId ?? []),
  });
  const own = events.find(({ providerCallId }) => providerCallId === null || !taken.has(providerCallId));
  return own ? { kind: 'found', event: own } : { kind: 'not_found', isFinal: false };
}

/** The call that was found, by its own id where it had none of us: a search might end another one. */
export function foundCall(call: CallReference, lookup: CallLookup): CallReference {
  if (lookup.kind !== 'found') return call;
  return { ...call, providerCallId: call.providerCallId ?? lookup.event.providerCallId };
}

/** A provider that answers later than this has not answered: the sweeper has other calls to look after. */
export const PROVIDER_PATIENCE_MS = 8_000;

/** The same of a line, whose provider may take no longer than that. */
export function askBriefly(database: Database, { provider }: CallLine, call: CallReference): Promise<CallLookup> {
  const lookUp = lookUpOwn({ database, provider }, call);
  return within(PROVIDER_PATIENCE_MS, lookUp, { kind: 'unavailable', cause: 'no answer in time' });
}

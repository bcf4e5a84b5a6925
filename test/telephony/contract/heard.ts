import { expect } from 'vitest';
import type { CallEvent } from '#rules/call/call-report.js';
import { applyCallEvent, NOTHING_KNOWN, type CallFacts } from '#rules/call/call-facts.js';
import type { CallStatus } from '#rules/call/call-status.js';
import type { CallReference } from '#telephony/port/telephony-provider.js';
import { until } from '../../harness/until.js';
import type { ProviderLab, Report } from '../provider-lab.js';

export function factsOf(events: readonly CallEvent[]): CallFacts {
  return events.reduce(applyCallEvent, NOTHING_KNOWN);
}

/** As the engine hears: an event whose key it knows is none. */
export function withoutRepeats(events: readonly CallEvent[]): CallEvent[] {
  const known = new Map<string, CallEvent>();
  for (const event of events) if (!known.has(event.eventKey)) known.set(event.eventKey, event);
  return [...known.values()];
}

export async function delivered(reports: readonly Report[]): Promise<CallEvent[]> {
  const events: CallEvent[] = [];
  for (const report of reports) events.push(...(await report.deliver()));
  return events;
}

/** Looks the call up until it is in one of these states: what was just done may take a moment to be seen. */
export async function seenAs(
  { provider }: ProviderLab,
  call: CallReference,
  statuses: readonly CallStatus[],
): Promise<CallEvent> {
  let last: unknown;
  const look = async () => {
    const found = await provider.lookUp(call);
    last = found;
    return found.kind === 'found' && found.event.status && statuses.includes(found.event.status) && found.event;
  };
  return until(`the call is ${statuses.join(' or ')}`, look).catch((error: unknown) => {
    throw new Error(`${String(error)}; seen last: ${JSON.stringify(last)}`, { cause: error });
  });
}

/** What every event must be, whatever it tells. */
export function expectWellFormed(event: CallEvent, dialerJobId: string): void {
  expect(event.dialerJobId).toBe(dialerJobId);
  expect(event.eventKey).toMatch(/^.{1,255}$/);
  expect(event.providerCallId).toEqual(expect.stringMatching(/./));
  expect(event.occurredAt.getTime()).toBeGreaterThan(0);
}

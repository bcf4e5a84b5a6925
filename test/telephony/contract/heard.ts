import { expect } from 'vitest';
import type { CallReport } from '#rules/call/call-report.js';
import { applyCallReport, NOTHING_KNOWN, type CallFacts } from '#rules/call/call-facts.js';
import type { CallStatus } from '#rules/call/call-status.js';
import type { CallReference } from '#telephony/port/telephony-provider.js';
import { until } from '../../support/until.js';
import type { ProviderLab, Report } from '../provider-lab.js';

export function factsOf(events: readonly CallReport[]): CallFacts {
  return events.reduce(applyCallReport, NOTHING_KNOWN);
}

/** Drops repeated call reports as the engine does: a key that it knows brings nothing new. */
export function withoutRepeats(events: readonly CallReport[]): CallReport[] {
  const known = new Map<string, CallReport>();
  for (const event of events) if (!known.has(event.reportKey)) known.set(event.reportKey, event);
  return [...known.values()];
}

export async function delivered(reports: readonly Report[]): Promise<CallReport[]> {
  const events: CallReport[] = [];
  for (const report of reports) events.push(...(await report.deliver()));
  return events;
}

/** Looks the call up until it has one of these statuses. The last step may take a moment to be seen. */
export async function seenAs(
  { provider }: ProviderLab,
  call: CallReference,
  statuses: readonly CallStatus[],
): Promise<CallReport> {
  let last: unknown;
  const look = async () => {
    const found = await provider.lookUp(call);
    last = found;
    return found.kind === 'found' && found.report.status && statuses.includes(found.report.status) && found.report;
  };
  return until(`the call is ${statuses.join(' or ')}`, look).catch((error: unknown) => {
    throw new Error(`${String(error)}; seen last: ${JSON.stringify(last)}`, { cause: error });
  });
}

/** Expects what every call report must have, whatever it tells. */
export function expectWellFormed(event: CallReport, dialerJobId: string): void {
  expect(event.dialerJobId).toBe(dialerJobId);
  expect(event.reportKey).toMatch(/^.{1,255}$/);
  expect(event.providerCallId).toEqual(expect.stringMatching(/./));
  expect(event.occurredAt.getTime()).toBeGreaterThan(0);
}

import type { Sql } from '#database/connection/sql.js';
import { putDncEntries, suppressListed } from '#database/statements/people/dnc.js';
import { lockCampaignsOfNumbers, lockNumbersOfJobs } from '#database/statements/engine/locks/lock-calls.js';
import type { CallEvent } from '#rules/call/call-report.js';
import type { CallChange } from '../settle/call-change.js';

/** Holds the numbers of those who ask not to be called: before any other lock is taken. */
export async function holdNumbersOfOptOuts(sql: Sql, events: readonly CallEvent[]): Promise<void> {
  const jobIds = optOutJobs(events);
  if (jobIds.length > 0) await lockNumbersOfJobs(sql, jobIds);
}

/** Holds every campaign that has these numbers: before any other campaign is locked. */
export async function holdOptOuts(sql: Sql, events: readonly CallEvent[]): Promise<void> {
  const jobIds = optOutJobs(events);
  if (jobIds.length === 0) return;
  const allJobIds = events.map(({ dialerJobId }) => dialerJobId);
  await lockCampaignsOfNumbers(sql, { jobIds: allJobIds, optOutJobIds: jobIds });
}

export function isOptOut({ outcome }: CallEvent): boolean {
  return outcome === 'opt_out';
}

function optOutJobs(events: readonly CallEvent[]): string[] {
  return events.filter(isOptOut).map(({ dialerJobId }) => dialerJobId);
}

/**
 * Puts those who have asked for it on their tenant's list, that of the call's world, in the transaction that has
 * recorded it.
 */
export async function listOptOuts(sql: Sql, changes: readonly CallChange[]): Promise<void> {
  const asked = changes.filter(
    ({ before, facts }) => !before.is_erased && facts.outcome === 'opt_out' && before.outcome !== 'opt_out',
  );
  for (const { before } of asked) {
    const entry = {
      phone_number: before.phone_number,
      reason: 'asked in a call',
      source: 'opt_out',
      expires_at: null,
    } as const;
    const list = { tenantId: before.tenant_id, isTest: before.is_test };
    await putDncEntries(sql, list, [entry]);
    await suppressListed(sql, list, [before.phone_number]);
  }
}

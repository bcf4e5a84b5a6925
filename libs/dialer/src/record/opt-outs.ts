import type { Sql } from '#database/connection/sql.js';
import { putDncEntries, suppressListed } from '#database/statements/people/dnc.js';
import { lockCampaignsOfNumbers, lockNumbersOfJobs } from '#database/statements/engine/locks/lock-calls.js';
import type { CallReport } from '#rules/call/call-report.js';
import type { CallChange } from '../settle/call-change.js';

/** Locks the numbers of people who ask not to be called, before any other lock. */
export async function lockNumbers(sql: Sql, reports: readonly CallReport[]): Promise<void> {
  const jobIds = optOutJobs(reports);
  if (jobIds.length > 0) await lockNumbersOfJobs(sql, jobIds);
}

/** Locks every campaign that has these numbers, before any other campaign is locked. */
export async function lockNumbersOfOptOuts(sql: Sql, reports: readonly CallReport[]): Promise<void> {
  const jobIds = optOutJobs(reports);
  if (jobIds.length === 0) return;
  const allJobIds = reports.map(({ dialerJobId }) => dialerJobId);
  await lockCampaignsOfNumbers(sql, { jobIds: allJobIds, optOutJobIds: jobIds });
}

export function isOptOut({ outcome }: CallReport): boolean {
  return outcome === 'opt_out';
}

function optOutJobs(reports: readonly CallReport[]): string[] {
  return reports.filter(isOptOut).map(({ dialerJobId }) => dialerJobId);
}

/**
 * Puts the people who ask not to be called on their tenant's list, in the transaction that records it. A test call
 * changes the list of the test world.
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

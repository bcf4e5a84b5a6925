import type { Sql } from '../../../connection/sql.js';

/** Returns which of these calls of a provider belong to other dialer jobs, of any tenant. */
export async function callIdsOfOthers(
  sql: Sql,
  {
    dialerJobId,
    provider,
    providerCallIds,
  }: { dialerJobId: string; provider: string; providerCallIds: readonly string[] },
): Promise<Set<string>> {
  const rows = await sql.run<{ provider_call_id: string }>(OF_OTHERS, [provider, providerCallIds, dialerJobId]);
  return new Set(rows.map(({ provider_call_id }) => provider_call_id));
}

const OF_OTHERS = {
  name: 'call-ids-of-others',
  text: `
    SELECT provider_call_id FROM calls
    WHERE provider = $1 AND provider_call_id = ANY($2::text[]) AND dialer_job_id <> $3`,
};

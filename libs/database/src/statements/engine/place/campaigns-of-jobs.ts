import type { Sql } from '../../../connection/sql.js';

/** Maps dialer jobs to their campaigns. Jobs that do not exist are missing from the map. */
export async function campaignsOfJobs(sql: Sql, dialerJobIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await sql.run<{ id: string; campaign_id: string }>(CAMPAIGNS_OF_JOBS, [dialerJobIds]);
  return new Map(rows.map(({ id, campaign_id }) => [id, campaign_id]));
}

const CAMPAIGNS_OF_JOBS = {
  name: 'campaigns-of-jobs',
  text: `SELECT id, campaign_id FROM dialer_jobs WHERE id = ANY($1::uuid[])`,
};

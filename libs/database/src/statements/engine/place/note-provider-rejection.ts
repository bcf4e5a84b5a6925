import type { Sql } from '../../../connection/sql.js';

/** Past the time at which it is asked again, a refusal counts as over if it has not come again. */
const MARGIN_SECONDS = 15;

/**
 * Writes down, on a campaign that the caller has locked, that its provider takes no calls for now; `since` is that of
 * the first in a row.
 */
export async function noteProviderRefusal(
  sql: Sql,
  { campaignId, code, pauseSeconds }: { campaignId: string; code: string; pauseSeconds: number },
): Promise<void> {
  await sql.run(NOTE, [campaignId, code, pauseSeconds + MARGIN_SECONDS]);
}

const NOTE = {
  name: 'note-provider-refusal',
  text: `
    UPDATE campaigns SET
      provider_refusal = left($2, 255),
      provider_refused_since = CASE WHEN provider_refused_until >= now() THEN provider_refused_since ELSE now() END,
      provider_refused_until = now() + $3 * interval '1 second'
    WHERE id = $1`,
};

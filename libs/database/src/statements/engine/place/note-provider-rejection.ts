import type { Sql } from '../../../connection/sql.js';

/** A rejection counts as over if none follows within this time after the next request. */
const MARGIN_SECONDS = 15;

/**
 * Notes on a locked campaign that its provider accepts no calls for now. `provider_rejected_since` is the time of the
 * first rejection in a row.
 */
export async function noteProviderRejection(
  sql: Sql,
  { campaignId, code, pauseSeconds }: { campaignId: string; code: string; pauseSeconds: number },
): Promise<void> {
  await sql.run(NOTE, [campaignId, code, pauseSeconds + MARGIN_SECONDS]);
}

const NOTE = {
  name: 'note-provider-rejection',
  text: `
    UPDATE campaigns SET
      provider_rejection = left($2, 255),
      provider_rejected_since = CASE WHEN provider_rejected_until >= now() THEN provider_rejected_since ELSE now() END,
      provider_rejected_until = now() + $3 * interval '1 second'
    WHERE id = $1`,
};

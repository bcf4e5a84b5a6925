import { READING_IMPORT_STATUSES } from '#rules/lead/import-status.js';
import { sqlList } from '../../parts/sql-list.js';

/**
 * Returns SQL that is true while a file of contacts for campaign `id` is being imported. The campaign does not complete
 * before the last row, however fast the contacts of earlier rows are called.
 */
export function isImporting(id: string): string {
  return `((SELECT i.id FROM imports i WHERE i.campaign_id = ${id} AND i.status IN (${sqlList(READING_IMPORT_STATUSES)})
    AND NOT coalesce((i.options ->> 'dry_run')::boolean, false) LIMIT 1) IS NOT NULL)`;
}

/** Returns when a campaign without due leads checks an import again, since the end of an import wakes no campaign. */
export function lookAfterImport(id: string): string {
  return `CASE WHEN ${isImporting(id)} THEN now() + interval '5 seconds' END`;
}

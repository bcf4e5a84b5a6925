/**
 * Whether a file of contacts for campaign `id` is on its way: SQL. Its campaign does not complete before the last row,
 * however fast the rows before it are called.
 */
export function isImporting(id: string): string {
  return `((SELECT i.id FROM imports i WHERE i.campaign_id = ${id} AND i.status IN ('receiving', 'queued', 'running')
    AND NOT coalesce((i.options ->> 'dry_run')::boolean, false) LIMIT 1) IS NOT NULL)`;
}

/** Time at which a campaign where nobody is due is looked at again for a file: no one tells it of the file's end. */
export function lookAfterImport(id: string): string {
  return `CASE WHEN ${isImporting(id)} THEN now() + interval '5 seconds' END`;
}

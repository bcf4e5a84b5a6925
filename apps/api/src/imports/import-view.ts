import type { ImportRow } from '#database/statements/imports/find-imports.js';
import { dialingIn } from '#rules/campaign/dialing-time.js';
import type { ImportView, ListedImportView } from './import.dto.js';

export function toImportView({
  options,
  seconds,
  tenant_id: _tenantId,
  bytes_read,
  campaign_status,
  ...row
}: ImportRow): ImportView {
  const share = row.file_bytes > 0 ? Math.min(1, bytes_read / row.file_bytes) : 0;
  const isRunning = row.status === 'running';
  return {
    ...row,
    dry_run: options.dry_run ?? false,
    dialing: campaign_status === null ? null : dialingIn(campaign_status),
    percent: row.status === 'completed' ? 100 : Math.round(share * 1000) / 10,
    rows_per_second: seconds && row.rows_read > 0 ? Math.round(row.rows_read / seconds) : null,
    eta_seconds: isRunning && seconds && share > 0 ? Math.round((seconds * (1 - share)) / share) : null,
  };
}

export function toListedImport(row: ImportRow, isFoundLeftOut: boolean): ListedImportView {
  const { found, ...view } = toImportView(row);
  return isFoundLeftOut ? view : { ...view, found };
}

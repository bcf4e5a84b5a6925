/** Where a file that somebody sends stands. */
export const IMPORT_STATUSES = [
  'receiving',
  'queued',
  'running',
  'completed',
  'failed',
  'canceled',
  'undoing',
  'undone',
] as const;
export type ImportStatus = (typeof IMPORT_STATUSES)[number];

export const IMPORT_KINDS = ['contacts', 'dnc'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** What can come of a row; every row is one of these. */
export const ROW_VERDICTS = [
  'created',
  'revived',
  'updated',
  'duplicate_in_file',
  'duplicate_existing',
  'invalid',
  'suppressed',
] as const;
export type RowVerdict = (typeof ROW_VERDICTS)[number];

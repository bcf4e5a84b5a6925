/** Statuses of an imported file. */
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

/** Statuses of an import whose file is not read to its end. */
export const READING_IMPORT_STATUSES = ['receiving', 'queued', 'running'] as const satisfies readonly ImportStatus[];

export const IMPORT_KINDS = ['contacts', 'dnc'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** Results of a row; every row has one. */
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

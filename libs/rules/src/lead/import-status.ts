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

/** Statuses of an import that a worker may have claimed. */
export const CLAIMED_IMPORT_STATUSES = ['running', 'undoing'] as const satisfies readonly ImportStatus[];
export type ClaimedImportStatus = (typeof CLAIMED_IMPORT_STATUSES)[number];

/** Statuses of an import that has a worker, or waits for one. */
export const WORKED_IMPORT_STATUSES = ['queued', ...CLAIMED_IMPORT_STATUSES] as const satisfies readonly ImportStatus[];

/** Statuses of an import that counts towards the limit of open imports. */
export const OPEN_IMPORT_STATUSES = ['receiving', ...WORKED_IMPORT_STATUSES] as const satisfies readonly ImportStatus[];

/** Statuses of an import that has ended, and whose rows are stored. */
export const ENDED_IMPORT_STATUSES = ['completed', 'failed', 'canceled'] as const satisfies readonly ImportStatus[];

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

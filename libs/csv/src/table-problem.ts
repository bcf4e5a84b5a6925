/** Reasons for which a file is no table, or stops being one. */
export const TABLE_PROBLEMS = [
  'empty_file',
  'too_many_columns',
  'not_text',
  'record_too_long',
  'file_damaged',
  'file_too_large',
  'too_many_rows',
  'packed_too_tightly',
] as const;

export type TableProblemCode = (typeof TABLE_PROBLEMS)[number];

/** Error of a file that is no table. Its message is one sentence that says what to do. */
export class TableProblem extends Error {
  override readonly name = 'TableProblem';

  constructor(
    readonly code: TableProblemCode,
    message: string,
  ) {
    super(message);
  }
}

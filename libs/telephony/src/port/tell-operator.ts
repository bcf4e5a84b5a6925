/** Values of a log entry. `err` is an error with its stack. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Receives log entries of an adapter: a constant text, and its values. */
export type TellOperator = (text: string, fields?: LogFields) => void;

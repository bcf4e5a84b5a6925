import { StartError } from '../processes/start-error.js';

const AWAY = /^(08|57P0)|^E(CONNREFUSED|CONNRESET|TIMEDOUT|HOSTUNREACH|PIPE|NOTFOUND)$/;
const LOST =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered)/;

/** SQLSTATE of an unknown table or column: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const OTHER_SCHEMA: ReadonlySet<string> = new Set(['42P01', '42703']);

const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Turns the error of a database that is away, busy or of another version into a sentence. Any other error is returned
 * unchanged.
 */
export function explainOutage(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (OTHER_SCHEMA.has(code)) {
    return new StartError(`The database is not of this version (${message}): run npm run migrate first.`, {
      cause: error,
    });
  }
  if (code === LOCK_NOT_AVAILABLE) {
    return new StartError('Another process has locked what would be changed; nothing is changed: try again.', {
      cause: error,
    });
  }
  if (!AWAY.test(code) && !LOST.test(message)) return error;
  return new StartError(`The database is unreachable (${message || code}).`, { cause: error });
}

import { MESSAGE_BOUNDS, parseBounded } from '#runtime/bounded-json.js';
import { retryAfterSeconds } from '#rules/attempt/retry-after.js';
import { wholeTextOf } from './response-text.js';

/**
 * Reasons for which a model gave no answer:
 * - `unreachable`: there was no response.
 * - `throttled`: status 429.
 * - `server`: status 5xx.
 * - `refused`: any other status.
 * - `timeout`: the answer took too long.
 * - `broken`: the answer stopped in the middle.
 * - `unreadable`: the answer has another form than requested.
 * - `canceled`: the caller no longer needs the answer.
 */
export type ChatFault =
  'unreachable' | 'throttled' | 'server' | 'refused' | 'timeout' | 'broken' | 'unreadable' | 'canceled';

export class ChatError extends Error {
  override readonly name = 'ChatError';

  constructor(
    readonly fault: ChatFault,
    message: string,
    readonly answer: { readonly status: number; readonly retryAfterSeconds?: number } | null = null,
  ) {
    super(message);
  }
}

/** Makes the error of a response with a status other than 2xx. */
export async function rejection(response: Response, signal: AbortSignal): Promise<ChatError> {
  const { status } = response;
  const body: unknown = await wholeTextOf(response, signal)
    .then((text) => parseBounded(text, MESSAGE_BOUNDS))
    .catch(() => null);
  return new ChatError(
    faultOf(status),
    `HTTP ${status} ${codeOf((body as { error?: unknown } | null)?.error)}`.trim(),
    {
      status,
      retryAfterSeconds: retryAfterSeconds(Object.fromEntries(response.headers), new Date()),
    },
  );
}

/**
 * Returns the code of a model's error, or nothing. The rest is dropped, because servers repeat keys and prompts in
 * their messages, and this text is logged.
 */
export function codeOf(error: unknown): string {
  const { code, type } = (error ?? {}) as { code?: unknown; type?: unknown };
  return [code, type].find(isCode) ?? '';
}

/** True for an error code; keys and words are longer, or have capitals or spaces. */
function isCode(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z0-9_.-]{1,40}$/.test(value) && !value.startsWith('sk-');
}

function faultOf(status: number): ChatFault {
  if (status === 429) return 'throttled';
  return status >= 500 ? 'server' : 'refused';
}

/** Messages without data of ours; others may contain a header, and so a key. */
const HARMLESS_MESSAGES: ReadonlySet<unknown> = new Set(['unexpected redirect', 'terminated', 'other side closed']);

/** Returns the cause of a failure: the network's own code, if there is one. */
export function causeOf(error: unknown): string {
  const { code, name, message, cause } = (error ?? {}) as Cause & { readonly cause?: Cause };
  const told = [cause?.message, message].find((one) => HARMLESS_MESSAGES.has(one));
  return cause?.code ?? code ?? told ?? name ?? 'unknown';
}

interface Cause {
  readonly code?: string;
  readonly name?: string;
  readonly message?: string;
}

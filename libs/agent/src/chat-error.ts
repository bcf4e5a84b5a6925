import { MESSAGE_BOUNDS, parseBounded } from '#runtime/bounded-json.js';
import { retryAfterSeconds } from '#rules/attempt/retry-after.js';
import { wholeTextOf } from './response-text.js';

/**
 * Why a model gave no answer. unreachable: nothing came back · throttled: 429 · server: 5xx · refused: any other status
 * · timeout: it kept us waiting · broken: the answer stopped in the middle · unreadable: it is not what was asked for ·
 * canceled: we did not want it any more.
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

/** What a status other than 2xx says. */
export async function refusal(response: Response, signal: AbortSignal): Promise<ChatError> {
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
 * What a model's error is called, or nothing. Of the rest of it nothing is kept: servers repeat keys and prompts in
 * their messages, and what is said here stands in a log.
 */
export function codeOf(error: unknown): string {
  const { code, type } = (error ?? {}) as { code?: unknown; type?: unknown };
  return [code, type].find(isCode) ?? '';
}

/** Keys and words are longer, or have capitals or spaces. */
function isCode(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z0-9_.-]{1,40}$/.test(value) && !value.startsWith('sk-');
}

function faultOf(status: number): ChatFault {
  if (status === 429) return 'throttled';
  return status >= 500 ? 'server' : 'refused';
}

/** What nothing of ours stands in; other messages may hold a header, and so a key. */
const HARMLESS_MESSAGES: ReadonlySet<unknown> = new Set(['unexpected redirect', 'terminated', 'other side closed']);

/** What went wrong beneath: the network's own code, where there is one. */
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

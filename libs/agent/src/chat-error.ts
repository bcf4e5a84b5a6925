/**
 * Why a model gave no answer.
 * unreachable: nothing came back · throttled: 429 · server: 5xx · refused: any other status · timeout: it kept us waiting ·
 * broken: the answer stopped in the middle · unreadable: it is not what was asked for · canceled: we did not want it any more.
 */
export type ChatFault =
  'unreachable' | 'throttled' | 'server' | 'refused' | 'timeout' | 'broken' | 'unreadable' | 'canceled';

export class ChatError extends Error {
  override readonly name = 'ChatError';

  constructor(
    readonly fault: ChatFault,
    message: string,
    readonly answer: { readonly status: number; readonly retryAfterMs: number | null } | null = null,
  ) {
    super(message);
  }
}

const LONGEST_EXCERPT = 300;

/** What a status other than 2xx says. The beginning of the body is kept for an operator: it names the setting that is wrong. */
export async function refusal(response: Response): Promise<ChatError> {
  const { status } = response;
  const excerpt = (await response.text().catch(() => '')).slice(0, LONGEST_EXCERPT);
  return new ChatError(faultOf(status), `HTTP ${status} ${excerpt}`.trim(), {
    status,
    retryAfterMs: retryAfterMs(response.headers.get('retry-after')),
  });
}

function faultOf(status: number): ChatFault {
  if (status === 429) return 'throttled';
  return status >= 500 ? 'server' : 'refused';
}

/** In seconds; its other form, a date, is for pauses that are too long for us anyway. */
function retryAfterMs(header: string | null): number | null {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}

/** What went wrong beneath: the network's own code, where there is one. */
export function causeOf(error: unknown): string {
  const { code, message, cause } = (error ?? {}) as { code?: string; message?: string; cause?: { code?: string } };
  return cause?.code ?? code ?? message ?? String(error);
}

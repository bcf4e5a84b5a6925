import type { CallbackReport } from './call-reports.js';
import { signedCallback } from './signed-webhook.js';

/**
 * Overrides that an address asks for after its `#`. The default is another attempt where no connection came about. Each
 * attempt, and all of them together, may take 15 seconds.
 */
interface Overrides {
  readonly retries: number;
  readonly policy: ReadonlySet<string>;
  readonly readTimeoutMs: number;
}

const MOST_RETRIES = 5;
const TOTAL_MS = 15_000;

/** Reads the overrides of https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides. */
function overridesOf(url: string): Overrides {
  const asked = new URLSearchParams(url.split('#')[1] ?? '');
  return {
    retries: Math.min(Number(asked.get('rc') ?? 1), MOST_RETRIES),
    policy: new Set((asked.get('rp') ?? 'ct').split(',')),
    readTimeoutMs: Number(asked.get('rt') ?? TOTAL_MS),
  };
}

/** Kind of failure, by the name that a policy has for it. */
type Trouble = 'ct' | 'rt' | '4xx' | '5xx';

/**
 * Posts a callback as Twilio does, again where its address asks for that. @returns how each attempt was answered; 0:
 * not at all.
 */
export async function postCallback(
  report: Omit<CallbackReport, 'event'>,
  { authToken, signal }: { authToken: string; signal?: AbortSignal },
): Promise<number[]> {
  const { retries, policy, readTimeoutMs } = overridesOf(report.url);
  const { url, headers, body } = signedCallback(report, authToken);
  const all = AbortSignal.any([...(signal ? [signal] : []), AbortSignal.timeout(TOTAL_MS)]);
  const answers: number[] = [];
  for (let attempt = 0; attempt <= retries && !all.aborted; attempt++) {
    const timeout = AbortSignal.timeout(readTimeoutMs);
    const order = {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.any([all, timeout]),
    } as const;
    const status = await fetch(url, order).then(
      (answer) => (void answer.body?.cancel(), answer.status),
      () => 0,
    );
    answers.push(status);
    const trouble = troubleOf(status, timeout.aborted);
    if (trouble === null || !(policy.has(trouble) || policy.has('all'))) break;
  }
  return answers;
}

function troubleOf(status: number, isTimedOut: boolean): Trouble | null {
  if (status === 0) return isTimedOut ? 'rt' : 'ct';
  if (status >= 500) return '5xx';
  return status >= 400 ? '4xx' : null;
}

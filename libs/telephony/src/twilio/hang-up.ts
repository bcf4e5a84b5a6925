import type { HangupResult } from '../port/telephony-provider.js';
import { errorCodeOf, readJson, UnexpectedAnswer, type TwilioApi } from './twilio-api.js';

/** "Call is not in-progress. Cannot redirect." */
const NOT_IN_PROGRESS = 21220;

/**
 * Cancels an unanswered call, so that it does not count as completed, or ends an answered one.
 * @throws UnexpectedAnswer, or the network's error.
 */
export async function hangUp(api: TwilioApi, callSid: string, signal: AbortSignal): Promise<HangupResult> {
  const canceled = await update(api, { callSid, status: 'canceled' }, signal);
  if (canceled !== 'unchanged') return canceled;
  const completed = await update(api, { callSid, status: 'completed' }, signal);
  return completed === 'unchanged' ? 'already_ended' : completed;
}

/** Changes the call's status. `unchanged`: the call cannot change to it any more. */
async function update(
  api: TwilioApi,
  { callSid, status }: { callSid: string; status: 'canceled' | 'completed' },
  signal: AbortSignal,
): Promise<HangupResult | 'unchanged'> {
  const answer = await api.post(`Calls/${callSid}.json`, new URLSearchParams({ Status: status }), signal);
  if (answer.status === 404) return 'not_found';
  const content = readJson(answer);
  const code = errorCodeOf(content);
  if (code === NOT_IN_PROGRESS) return 'unchanged';
  if (answer.status !== 200) throw new UnexpectedAnswer(answer.status, code);
  return status === 'canceled' && WENT_ON.has(content?.['status']) ? 'unchanged' : 'hung_up';
}

/** Statuses in Twilio's answer that show that a cancellation was accepted and had no effect. */
const WENT_ON: ReadonlySet<unknown> = new Set(['in-progress', 'completed', 'busy', 'no-answer', 'failed']);

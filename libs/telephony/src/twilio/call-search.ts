import type { CallReference } from '../telephony-provider.js';
import { readCallResource, toTime, type CallResource } from './call-resource.js';
import type { TwilioApi } from './twilio-api.js';

export const CREATE_TIMEOUT_SECONDS = 15;

/** Between the database's clock and Twilio's, which tells whole seconds. */
const CLOCK_MARGIN_SECONDS = 5;

const PAGE_SIZE = 200;
const MOST_PAGES = 10;

/**
 * Finds a call whose create request was not answered. Twilio keeps no key of ours: it is one of the calls between these two numbers that were
 * created while our request can have been on its way. The earliest comes first; there may be none, yet.
 * @throws where that cannot be told.
 */
export async function findCalls(api: TwilioApi, call: CallReference, signal: AbortSignal): Promise<CallResource[]> {
  const candidates = (await listCalls(api, call, signal)).filter((one) => isOfAttempt(one, call.placedAt));
  return candidates.toSorted((one, other) => createdAtMs(one) - createdAtMs(other));
}

async function listCalls(api: TwilioApi, { to, from }: CallReference, signal: AbortSignal): Promise<CallResource[]> {
  const query = new URLSearchParams({ To: to, ...(from === null ? {} : { From: from }), PageSize: String(PAGE_SIZE) });
  const found: CallResource[] = [];
  let next: string | null = `Calls.json?${query.toString()}`;
  for (let page = 0; next !== null; page++) {
    if (page === MOST_PAGES) throw new Error(`more than ${MOST_PAGES * PAGE_SIZE} calls to one number`);
    const { content, date } = await api.readDated(next, signal);
    const { calls, next_page_uri } = readPage(content);
    found.push(...calls.map((call) => ({ ...call, told_at: date })));
    next = next_page_uri;
  }
  return found;
}

function readPage(content: unknown): { calls: CallResource[]; next_page_uri: string | null } {
  const { calls, next_page_uri } = (content ?? {}) as { calls?: unknown; next_page_uri?: unknown };
  if (!Array.isArray(calls)) throw new Error('no list of calls');
  return {
    calls: calls.flatMap((one: unknown) => readCallResource(one) ?? []),
    next_page_uri: typeof next_page_uri === 'string' && next_page_uri !== '' ? next_page_uri : null,
  };
}

function isOfAttempt(call: CallResource, placedAt: Date): boolean {
  const secondsAfter = (createdAtMs(call) - placedAt.getTime()) / 1000;
  const isInTime =
    secondsAfter >= -CLOCK_MARGIN_SECONDS && secondsAfter <= CREATE_TIMEOUT_SECONDS + CLOCK_MARGIN_SECONDS;
  return isInTime && call.direction === 'outbound-api';
}

function createdAtMs({ date_created }: CallResource): number {
  return toTime(date_created)?.getTime() ?? Number.NaN;
}

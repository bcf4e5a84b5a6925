import type { CallReference } from '../port/telephony-provider.js';
import { readCallResource, toTime, type CallResource } from './call-resource.js';
import type { TwilioApi } from './twilio-api.js';

export const CREATE_TIMEOUT_SECONDS = 15;

/** Allowed difference between the database's clock and Twilio's, which tells whole seconds. */
const CLOCK_MARGIN_SECONDS = 5;

const PAGE_SIZE = 200;
const MOST_PAGES = 10;
const MOST_PAGES_SINCE = 2_000;

/**
 * Finds a call whose create request was not answered. Twilio stores no key of ours. Candidates are calls between these
 * two numbers that were created while the request can have been on its way. The earliest comes first. There may be none
 * yet.
 * @throws Error if Twilio does not tell.
 */
export async function findCalls(api: TwilioApi, call: CallReference, signal: AbortSignal): Promise<CallResource[]> {
  const candidates = (await listCalls(api, call, signal)).filter((one) => isOfAttempt(one, call.placedAt));
  return candidates.toSorted((one, other) => createdAtMs(one) - createdAtMs(other));
}

function listCalls(api: TwilioApi, { to, from }: CallReference, signal: AbortSignal): Promise<CallResource[]> {
  const query = { To: to, ...(from === null ? {} : { From: from }) };
  return pagesOf({ read: (path) => api.readDated(path, signal), query, mostPages: MOST_PAGES });
}

/**
 * Lists all outbound calls since a time by Twilio's clock.
 * @throws Error if Twilio does not tell.
 */
export async function callsSince(api: TwilioApi, since: Date, pageTimeoutMs: number): Promise<CallResource[]> {
  const from = new Date(since.getTime() - CLOCK_MARGIN_SECONDS * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  const read = (path: string) => api.readDated(path, AbortSignal.timeout(pageTimeoutMs));
  const calls = await pagesOf({ read, query: { 'StartTime>': from }, mostPages: MOST_PAGES_SINCE });
  return calls.filter(({ direction }) => direction === 'outbound-api');
}

interface Pages {
  readonly read: (path: string) => ReturnType<TwilioApi['readDated']>;
  readonly query: Readonly<Record<string, string>>;
  readonly mostPages: number;
}

async function pagesOf({ read, query, mostPages }: Pages): Promise<CallResource[]> {
  const found: CallResource[] = [];
  let next: string | null = `Calls.json?${new URLSearchParams({ ...query, PageSize: String(PAGE_SIZE) }).toString()}`;
  for (let page = 0; next !== null; page++) {
    if (page === mostPages) throw new Error(`more than ${mostPages * PAGE_SIZE} calls`);
    const { content, date } = await read(next);
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

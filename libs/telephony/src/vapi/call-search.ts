import type { CallReference } from '../telephony-provider.js';
import { dialerJobIdOf } from './call-resource.js';
import { JsonObject } from './json-object.js';
import type { VapiApi } from './vapi-api.js';

export const CREATE_TIMEOUT_SECONDS = 15;

/** Between the database's clock and Vapi's. Calls that lie in it and are not ours are told by their key. */
const CLOCK_MARGIN_SECONDS = 60;

const PAGE_SIZE = 100;
const MOST_PAGES = 10;

/**
 * Finds a call whose create request was not answered. No list can be asked for our key: all calls are gone through that were created while
 * our request can have been on its way. Null when there is none, yet.
 * @throws where that cannot be told.
 */
export async function findCall(api: VapiApi, call: CallReference, signal: AbortSignal): Promise<JsonObject | null> {
  for await (const one of callsCreatedAround(api, call.placedAt, signal)) {
    if (dialerJobIdOf(one) === call.dialerJobId) return one;
  }
  return null;
}

/** Newest first, as Vapi lists them; a page begins with the instant at which the last one ended, which may have more calls. */
async function* callsCreatedAround(api: VapiApi, placedAt: Date, signal: AbortSignal): AsyncGenerator<JsonObject> {
  const seen = new Set<string | undefined>();
  let until = after(placedAt, CREATE_TIMEOUT_SECONDS + CLOCK_MARGIN_SECONDS);
  for (let page = 0; page < MOST_PAGES; page++) {
    const calls = await readPage(api, { from: after(placedAt, -CLOCK_MARGIN_SECONDS), until }, signal);
    const unseen = calls.filter((call) => !seen.has(call.text('id')));
    yield* unseen;
    if (calls.length < PAGE_SIZE) return;
    if (unseen.length === 0) throw new Error('a list of calls that does not go on');
    for (const call of unseen) seen.add(call.text('id'));
    until = oldest(calls);
  }
  throw new Error(`more than ${MOST_PAGES * PAGE_SIZE} calls at the time`);
}

async function readPage(
  api: VapiApi,
  { from, until }: { from: Date; until: Date },
  signal: AbortSignal,
): Promise<JsonObject[]> {
  const times = { createdAtGe: from.toISOString(), createdAtLe: until.toISOString() };
  const query = new URLSearchParams({ limit: String(PAGE_SIZE), ...times });
  const content = await api.read(`call?${query.toString()}`, signal);
  if (!Array.isArray(content)) throw new Error('no list of calls');
  return content.map((one: unknown) => new JsonObject(one));
}

function oldest(calls: readonly JsonObject[]): Date {
  const times = calls.map((call) => call.time('createdAt')?.getTime() ?? Number.POSITIVE_INFINITY);
  return new Date(Math.min(...times));
}

function after(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1000);
}

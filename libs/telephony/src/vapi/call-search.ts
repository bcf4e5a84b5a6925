import { JsonTooLarge } from '#runtime/bounded-json.js';
import { AnswerTooLong } from '../carrier/http-exchange.js';
import type { CallReference } from '../port/telephony-provider.js';
import { dialerJobIdOf } from './call-resource.js';
import { JsonObject } from './json-object.js';
import type { VapiApi } from './vapi-api.js';
import { plusSeconds } from '#rules/values/plus-seconds.js';

export const CREATE_TIMEOUT_SECONDS = 15;

/** Allowed difference between the database's clock and Vapi's. Other calls within it are told apart by their key. */
const CLOCK_MARGIN_SECONDS = 60;

/** Calls per page. The first is Vapi's maximum; the others follow if an answer is too large to read. */
const PAGE_SIZES = [1_000, 100, 10] as const;
const MOST_PAGES = 10;
const MOST_PAGES_SINCE = 2_000;

interface Search {
  readonly call: CallReference;
  /** Vapi's id of the caller id; null: unknown, all numbers are searched. */
  readonly phoneNumberId: string | null;
}

/**
 * Finds a call whose create request was not answered. No list can be filtered by our key. All calls are read that were
 * created while the request can have been on its way.
 * @returns null if there is none yet.
 * @throws Error if Vapi does not tell.
 */
export async function findCall(api: VapiApi, search: Search, signal: AbortSignal): Promise<JsonObject | null> {
  const { placedAt, dialerJobId } = search.call;
  const period = {
    from: plusSeconds(placedAt, -CLOCK_MARGIN_SECONDS),
    until: plusSeconds(placedAt, CREATE_TIMEOUT_SECONDS + CLOCK_MARGIN_SECONDS),
    phoneNumberId: search.phoneNumberId,
    mostPages: MOST_PAGES,
  };
  for await (const one of callsCreatedIn(api, period, () => signal)) {
    if (dialerJobIdOf(one) === dialerJobId) return one;
  }
  return null;
}

/**
 * Lists all calls since a time, newest first.
 * @throws Error if Vapi does not tell.
 */
export async function callsSince(api: VapiApi, since: Date, pageTimeoutMs: number): Promise<JsonObject[]> {
  const from = plusSeconds(since, -CLOCK_MARGIN_SECONDS);
  const until = plusSeconds(new Date(), CLOCK_MARGIN_SECONDS);
  const found: JsonObject[] = [];
  const period = { from, until, phoneNumberId: null, mostPages: MOST_PAGES_SINCE };
  for await (const one of callsCreatedIn(api, period, () => AbortSignal.timeout(pageTimeoutMs))) found.push(one);
  return found;
}

interface Period {
  readonly from: Date;
  readonly until: Date;
  readonly phoneNumberId: string | null;
  readonly mostPages: number;
}

/**
 * Yields calls as Vapi lists them, newest first. Each page begins with the instant at which the last one ended, since
 * more calls may have that time.
 */
async function* callsCreatedIn(api: VapiApi, period: Period, signal: () => AbortSignal): AsyncGenerator<JsonObject> {
  const seen = new Set<string | undefined>();
  let { until } = period;
  for (let page = 0; page < period.mostPages; page++) {
    const { calls, isLast } = await readPage(api, queryOf(period, until), signal());
    const unseen = calls.filter((call) => !seen.has(call.text('id')));
    yield* unseen;
    if (isLast) return;
    if (unseen.length === 0) throw new Error('a list of calls that does not go on');
    for (const call of unseen) seen.add(call.text('id'));
    until = oldest(calls);
  }
  throw new Error(`more than ${period.mostPages} pages of calls at the time`);
}

function queryOf({ from, phoneNumberId }: Period, until: Date): Readonly<Record<string, string>> {
  const times = { createdAtGe: from.toISOString(), createdAtLe: until.toISOString() };
  return phoneNumberId === null ? times : { ...times, phoneNumberId };
}

interface Page {
  readonly calls: readonly JsonObject[];
  readonly isLast: boolean;
}

async function readPage(api: VapiApi, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Page> {
  for (const limit of PAGE_SIZES) {
    const path = `call?${new URLSearchParams({ limit: String(limit), ...query }).toString()}`;
    const content = await api.read(path, signal).catch(nothingIfTooLong);
    if (content === undefined) continue;
    if (!Array.isArray(content)) throw new Error('no list of calls');
    return { calls: content.map((one: unknown) => new JsonObject(one)), isLast: content.length < limit };
  }
  throw new Error('calls that are too long to be listed');
}

function nothingIfTooLong(error: unknown): undefined {
  if (!(error instanceof AnswerTooLong || error instanceof JsonTooLarge)) throw error;
}

function oldest(calls: readonly JsonObject[]): Date {
  const times = calls.map((call) => call.time('createdAt')?.getTime() ?? Number.POSITIVE_INFINITY);
  return new Date(Math.min(...times));
}

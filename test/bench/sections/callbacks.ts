import { ACCOUNT, CALLBACKS_PER_CALL, CALLER_ID, callbacksOf, PUBLIC_URL } from '../webhooks/call-story.js';
import { LiveCalls } from '../webhooks/live-calls.js';
import { postSteadily, type Letter, type LoadAnswers } from '../webhooks/steady-load.js';
import { BenchSystem } from '../site/bench-system.js';
import type { Site } from '../site/site.js';
import { CALLBACK_CAMPAIGNS, CALLBACKS_PER_SECOND } from '../sizes.js';
import { percentile } from '../statistics.js';
import type { SignedCallback } from '../../telephony/twilio/signed-webhook.js';
import type { Sample } from './sample.js';

/** Environment of an API that is set up for Twilio. Nobody is called, so no Twilio API has to be there. */
const ENVIRONMENT = {
  TELEPHONY_PROVIDER: 'twilio',
  TWILIO_ACCOUNT_SID: ACCOUNT.accountSid,
  TWILIO_AUTH_TOKEN: ACCOUNT.authToken,
  TWILIO_FROM: CALLER_ID,
  TWILIO_API_URL: '',
  TWILIO_API_KEY: '',
  TWILIO_API_SECRET: '',
  LLM_API_URL: '',
  PUBLIC_URL,
};

const PERCENTILES = [50, 95, 99] as const;
const NO_CONTENT = 204;
const FORBIDDEN = 403;

/**
 * Measures signed provider webhooks at a steady pace to one API, beside forged ones. The API turns forged ones away
 * before it writes anything down.
 */
export async function measureCallbacks(site: Site): Promise<Sample[]> {
  const { logFile, signal } = site;
  const { url } = site.small.database;
  const settings = { databaseUrl: url, redisUrl: null, logFile, signal, environment: ENVIRONMENT };
  const system = await BenchSystem.start(settings);
  try {
    const samples: Sample[] = [];
    for (const campaigns of CALLBACK_CAMPAIGNS) samples.push(...(await measureSpread(site, system, campaigns)));
    return samples;
  } finally {
    await system.stop();
  }
}

async function measureSpread(site: Site, system: BenchSystem, campaigns: number): Promise<Sample[]> {
  const { database, id } = site.small;
  const seconds = site.sizes.callbackSeconds;
  const count = Math.ceil((seconds * CALLBACKS_PER_SECOND) / CALLBACKS_PER_CALL);
  const calls = await LiveCalls.place(database, id, { count, campaigns });
  try {
    const post = poster(site, system.origin);
    const genuine = callbacksOf(calls, ACCOUNT.authToken);
    const forged = await post(callbacksOf(calls, 'another token').slice(0, seconds * 100), FORBIDDEN);
    const accepted = await post(genuine, NO_CONTENT);
    await requireAll(calls);
    await requireNoChange(calls, () => post(genuine.slice(-CALLBACKS_PER_SECOND * 2), NO_CONTENT));
    site.progress.note(`callbacks, ${campaigns} campaigns: ${textOf(accepted)}; 0 lost of ${genuine.length}`);
    return [
      { line: `callbacks-rate-${campaigns}`, outdial: accepted.perSecond, against: CALLBACKS_PER_SECOND },
      ...PERCENTILES.map((percent) => ({
        line: `callbacks-p${percent}-${campaigns}`,
        outdial: percentile(accepted.latenciesMs, percent),
        against: percentile(forged.latenciesMs, percent),
      })),
    ];
  } finally {
    await calls.remove();
  }
}

/** @throws Error when any of them is answered otherwise. */
function poster({ progress, signal }: Site, origin: string) {
  return async (callbacks: readonly SignedCallback[], expected: number): Promise<LoadAnswers> => {
    progress.tick(`callbacks: ${callbacks.length.toLocaleString('en')} to be answered ${expected}`);
    const answers = await postSteadily(origin, callbacks.map(toLetter), { perSecond: CALLBACKS_PER_SECOND, signal });
    if (answers.statuses.get(expected) === callbacks.length) return answers;
    const statuses = [...answers.statuses].map(([status, count]) => `${count} × ${status}`).join(', ');
    throw new Error(`Of ${callbacks.length} callbacks not all were answered ${expected}: ${statuses}.`);
  };
}

function toLetter({ url, headers, body }: SignedCallback): Letter {
  return { path: url.slice(PUBLIC_URL.length), headers, body };
}

async function requireAll(calls: LiveCalls): Promise<void> {
  const count = calls.calls.length;
  const told = await calls.told();
  const all = { events: count * CALLBACKS_PER_CALL, completed: count, recorded: count, reached: count, live: 0 };
  if (JSON.stringify(told) === JSON.stringify(all)) return;
  throw new Error(`Callbacks were lost: ${JSON.stringify(told)} instead of ${JSON.stringify(all)}.`);
}

async function requireNoChange(calls: LiveCalls, repeat: () => Promise<unknown>): Promise<void> {
  const before = await calls.fingerprint();
  await repeat();
  if ((await calls.fingerprint()) !== before) throw new Error('Callbacks that were sent again have changed something.');
}

function textOf({ perSecond, latenciesMs }: LoadAnswers): string {
  const figures = PERCENTILES.map((percent) => `p${percent} ${percentile(latenciesMs, percent).toFixed(1)}`);
  return `${perSecond.toFixed(0)} /s, ${figures.join(', ')} ms`;
}

import type { RandomNumbers } from '#rules/values/seeded-random.js';
import { pause } from '../../../apps/local/src/processes/patience.js';
import type { ChaosCampaign } from './campaign.js';
import { contactOf, fictionalNumber } from './contacts.js';
import type { Load } from './load.js';
import { NOBODY_TO_CALL } from './restarts.js';

interface Turn {
  readonly turn: number;
  readonly random: RandomNumbers;
  /** Two commands at once now and then (F13). */
  readonly isRacing: boolean;
  readonly over: AbortSignal;
}

const PAUSED_MS = [200, 1_500] as const;
const STOPPED_EVERY = 8;
const STOPPED_LEADS = 12;

/** Numbers of campaigns that are stopped, away from all others. */
const STOPPED_NUMBERS_FROM = 70_000;

/** Does what a user might do: pauses a campaign and lifts the pause, or starts one and stops it. */
export async function commandNow(load: Load, turn: Turn): Promise<void> {
  if (turn.turn % STOPPED_EVERY === 0) return startAndStop(load, turn);
  const campaign = load.campaigns[Math.floor(turn.random() * load.campaigns.length)];
  if (campaign && !campaign.terms.name.startsWith('Stopped')) await campaign.inTurn(() => pauseAndLift(campaign, turn));
}

async function pauseAndLift(campaign: ChaosCampaign, { random, isRacing, over }: Turn): Promise<void> {
  await campaign.command('pause');
  const [least, most] = PAUSED_MS;
  await pause(least + random() * (most - least), over);
  const drawn = random();
  if (isRacing && drawn < 0.3) await Promise.all([campaign.command('start'), campaign.command('start')]);
  else if (isRacing && drawn < 0.4) await Promise.all([campaign.command('start'), campaign.command('pause')]);
  await lift(campaign, drawn < 0.7 ? 'start' : 'resume');
}

/**
 * Lifts the pause until the campaign runs or has nothing left to do. The engine may have paused it too, and any answer
 * may get lost. A resume, unlike a start, waits until there is somebody to call.
 */
export async function lift(campaign: ChaosCampaign, command: 'start' | 'resume'): Promise<void> {
  for (;;) {
    const status = await campaign.status();
    if (status !== 'paused' && status !== 'draft') return;
    const answer = await campaign.command(status === 'draft' ? 'start' : command);
    if (answer?.status === NOBODY_TO_CALL && status === 'paused') await campaign.command('resume');
  }
}

async function startAndStop(load: Load, { turn, random, over }: Turn): Promise<void> {
  const campaign = await load.newCampaign({ name: `Stopped ${turn}`, maxConcurrentCalls: 3, maxRetries: 0 });
  load.campaigns.push(campaign);
  const numbers = Array.from({ length: STOPPED_LEADS }, (_, n) =>
    fictionalNumber(STOPPED_NUMBERS_FROM + ((turn * STOPPED_LEADS + n) % 10_000)),
  );
  await campaign.add(numbers.map((number, n) => contactOf(n + 1, number, { isPoisoned: false })));
  await campaign.inTurn(async () => {
    await lift(campaign, 'start');
    await pause(500 + random() * 2_000, over);
    await stop(campaign);
  });
}

async function stop(campaign: ChaosCampaign): Promise<void> {
  for (;;) {
    const status = await campaign.status();
    if (status === 'stopped' || status === 'completed') return;
    await campaign.command('stop');
  }
}

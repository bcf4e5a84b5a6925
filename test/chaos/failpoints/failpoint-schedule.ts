import { FAILPOINT_ACTIONS, FAILPOINTS, type FailpointAction, type FailpointName } from '#config/failpoints.js';
import type { RandomNumbers } from '#rules/values/seeded-random.js';

export type Role = 'api' | 'worker';

/**
 * Failpoints reached only when a client commands a campaign, which the API does. Claiming and publishing are reached in
 * both.
 */
const IN_THE_API = /^(halt|start)\./;

/** Failpoints at which a step has locked a campaign's row, or has a request open that a pause waits for. */
export const KEEPS_THE_API_WAITING =
  /^(halt|start)\.|\.(locked|claimed|begun|inserted|written|settled|completed)$|^place\.(committed|answered)$/;

/** Failpoints reached once a second or more seldom, so that a life would end before its fiftieth pass. */
const SELDOM = /^(halt|start|sweep)\.|^settle\.completed$/;

/** Failpoints reached only after a publication was lost, which is therefore brought about in the same life. */
const ONCE_IN_A_WHILE = /^sweep\.published/;
const LOSE_PUBLICATIONS = 'claim.committed:throw:*2';
const RARE_AS_OFTEN = 5;

const PASSES = { often: [10, 90], seldom: [1, 4], rare: [1, 1] } as const;
const EVERY = { often: [30, 80], seldom: [2, 4], rare: [1, 1] } as const;
const DELAYS_MS = [200, 3_000] as const;

/** Actions that end or freeze a process, so one of them at a time. The other actions do not disturb each other. */
const FATAL: readonly FailpointAction[] = ['kill', 'stop'];
const MILD: readonly FailpointAction[] = ['throw', 'delay'];
const MILD_AT_ONCE = 2;

export type HitCounts = ReadonlyMap<string, number>;

/** Walks every failpoint with every action, always taking next what has been hit and armed least. */
export class FailpointSchedule {
  private readonly armings = new Map<string, number>();
  private readonly hitCounts = new Map<string, number>();

  constructor(private readonly random: RandomNumbers) {}

  /** Returns what the next life of a process of this role is to fail at: a value for OUTDIAL_FAILPOINTS. */
  next(role: Role): string {
    const fatal = this.rarest(role, FATAL, 1).map(({ name, action }) => `${name}:${action}:${this.pick(PASSES, name)}`);
    const mild = this.rarest(role, MILD, MILD_AT_ONCE).map(
      ({ name, action }) => `${name}:${action}:*${this.pick(EVERY, name)}:${this.between(...DELAYS_MS)}`,
    );
    const armed = [...fatal, ...mild];
    return (armed.some((one) => ONCE_IN_A_WHILE.test(one)) ? [...armed, LOSE_PUBLICATIONS] : armed).join(',');
  }

  hit(name: string, action: string): void {
    count(this.hitCounts, `${name}:${action}`);
  }

  get hits(): HitCounts {
    return this.hitCounts;
  }

  private rarest(role: Role, actions: readonly FailpointAction[], n: number): Candidate[] {
    const ranked = candidates(role, actions).map((candidate) => ({
      candidate,
      rank: this.rank(candidate) + this.random(),
    }));
    const chosen = ranked.sort((a, b) => a.rank - b.rank).slice(0, n);
    for (const { candidate } of chosen) count(this.armings, keyOf(candidate));
    return chosen.map(({ candidate }) => candidate);
  }

  /**
   * Ranks a candidate by hits plus armings: an arming that never hit counts less than a hit. A failpoint that is seldom
   * reached is tried again, but not always first.
   */
  private rank(candidate: Candidate): number {
    const key = keyOf(candidate);
    const rank = (this.hitCounts.get(key) ?? 0) + (this.armings.get(key) ?? 0);
    return ONCE_IN_A_WHILE.test(key) ? rank / RARE_AS_OFTEN : rank;
  }

  private pick(ranges: Record<'often' | 'seldom' | 'rare', readonly [number, number]>, name: string): number {
    if (ONCE_IN_A_WHILE.test(name)) return this.between(...ranges.rare);
    return this.between(...(SELDOM.test(name) ? ranges.seldom : ranges.often));
  }

  private between(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }
}

interface Candidate {
  readonly name: FailpointName;
  readonly action: FailpointAction;
}

function candidates(role: Role, actions: readonly FailpointAction[]): Candidate[] {
  const names = FAILPOINTS.filter((name) => IN_THE_API.test(name) === (role === 'api'));
  return names.flatMap((name) => actions.map((action) => ({ name, action })));
}

function keyOf({ name, action }: Candidate): string {
  return `${name}:${action}`;
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Hits of each failpoint by action, in the engine's order. */
export function hitTable(hits: HitCounts): { name: string; hits: Record<FailpointAction, number> }[] {
  return FAILPOINTS.map((name) => ({
    name,
    hits: Object.fromEntries(FAILPOINT_ACTIONS.map((action) => [action, hits.get(`${name}:${action}`) ?? 0])) as Record<
      FailpointAction,
      number
    >,
  }));
}

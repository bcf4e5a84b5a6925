import type { GateOf } from '../gate/gate.js';

/** Caller ids in the pool of one account: all of them are locked whenever a call is placed. */
export const MOST_CALLER_IDS = 1_000;

/** Number of a pool, with the calls that were placed from it today. */
export interface PoolNumber {
  readonly phone_number: string;
  readonly is_active: boolean;
  /** Null: no limit. */
  readonly daily_cap: number | null;
  readonly calls_today: number;
}

/** Dialer job that needs a caller id. */
export interface NumberWish {
  readonly dialer_job_id: string;
  /** Caller id of the lead's previous call, which the person may recognize. */
  readonly previous: string | null;
}

/**
 * Chooses a caller id for each job. It is that of the lead's previous call while usable, else the least used. Leads
 * that were called before choose first, so that new leads do not use up their numbers.
 * @returns the caller id of each job; null if all are used up.
 */
export function chooseCallerIds(
  wishes: readonly NumberWish[],
  pool: readonly PoolNumber[],
): Map<string, string | null> {
  const calls = new Map(pool.map(({ phone_number, calls_today }) => [phone_number, calls_today]));
  const draw = (wish: NumberWish): [string, string | null] => {
    const free = pool.filter((number) => isFree(number, calls.get(number.phone_number) ?? 0));
    const drawn = free.find(({ phone_number }) => phone_number === wish.previous) ?? leastUsed(free, calls);
    if (drawn) calls.set(drawn.phone_number, (calls.get(drawn.phone_number) ?? 0) + 1);
    return [wish.dialer_job_id, drawn?.phone_number ?? null];
  };
  const again = wishes.filter(({ previous }) => previous !== null);
  const anew = wishes.filter(({ previous }) => previous === null);
  return new Map([...again, ...anew].map(draw));
}

/** Conditions of the gates that shut a pool without a number for a job. The first that applies is the reason. */
const SHUT_POOL: Readonly<Record<GateOf<'caller_ids'>, (pool: readonly PoolNumber[]) => boolean>> = {
  caller_ids_off: (pool) => !pool.some(({ is_active }) => is_active),
  caller_ids_used: (pool) => pool.some(({ is_active }) => is_active),
};

/** Returns the gate that kept a job from being drawn a number. */
export function numberlessReason(pool: readonly PoolNumber[]): GateOf<'caller_ids'> {
  const gates = Object.keys(SHUT_POOL) as GateOf<'caller_ids'>[];
  return gates.find((gate) => SHUT_POOL[gate](pool)) ?? 'caller_ids_used';
}

function isFree({ is_active, daily_cap }: PoolNumber, calls: number): boolean {
  return is_active && (daily_cap === null || calls < daily_cap);
}

function leastUsed(numbers: readonly PoolNumber[], calls: ReadonlyMap<string, number>): PoolNumber | undefined {
  const callsOf = ({ phone_number }: PoolNumber) => calls.get(phone_number) ?? 0;
  return numbers.reduce<PoolNumber | undefined>(
    (least, one) => (least === undefined || callsOf(one) < callsOf(least) ? one : least),
    undefined,
  );
}

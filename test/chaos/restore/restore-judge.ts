import type { CarrierCreate } from '../judge/carrier-log.js';
import type { Finding } from '../judge/evidence.js';
import type { Verdict } from '../judge/verdict.js';

/** Facts of one restore, from the backup to the last call. */
export interface RestoreRound {
  readonly name: string;
  /** Create requests to the carrier, in this round's campaign. */
  readonly creates: readonly CarrierCreate[];
  /** Numbers that asked not to be called, after the backup, and when the API had answered. */
  readonly optedOut: ReadonlyMap<string, number>;
  readonly isNoticed: boolean;
  readonly restoredAt: number;
  /** Time at which the operator began to release the restored database. */
  readonly releasedAt: number;
  readonly contacts: number;
  /** Numbers that were called for the first time after the release. */
  readonly calledAfter: number;
}

/** Longest time for which a request may be under way after its commit. */
const IN_FLIGHT_MS = 15_000;

/** Returns the verdict of each check; none may have findings. */
export function judgeRestores(rounds: readonly RestoreRound[]): Verdict[] {
  const verdict = (check: string, find: (round: RestoreRound) => Finding[]): Verdict => ({
    check,
    findings: rounds.flatMap((round) => find(round).map(({ what }) => ({ what: `${round.name}: ${what}` }))),
    judged: rounds.length,
  });
  return [
    verdict('restores that were not noticed', ({ isNoticed }) => (isNoticed ? [] : [{ what: 'no kill switch' }])),
    verdict('double dials over a restore', doubleDials),
    verdict('calls between a restore and its release', callsWhileHalted),
    verdict('calls to people who opted out before a restore', callsToOptedOut),
    verdict('restores after which nobody was called any more', ({ calledAfter }) =>
      calledAfter > 0 ? [] : [{ what: 'the campaign stood still after the release' }],
    ),
  ];
}

function doubleDials({ creates }: RestoreRound): Finding[] {
  const accepted = new Map<string, number>();
  for (const { to, verdict } of creates) if (verdict === 'taken') accepted.set(to, (accepted.get(to) ?? 0) + 1);
  return [...accepted].filter(([, n]) => n > 1).map(([to, n]) => ({ what: `${to} was called ${n} times` }));
}

function callsWhileHalted({ creates, restoredAt, releasedAt }: RestoreRound): Finding[] {
  return creates
    .filter(({ at }) => at > restoredAt && at < releasedAt)
    .map(({ to, at }) => ({ what: `${to} was called ${at - restoredAt} ms after the restore` }));
}

function callsToOptedOut({ creates, optedOut }: RestoreRound): Finding[] {
  return creates
    .filter(({ to, at }) => at > (optedOut.get(to) ?? Infinity) + IN_FLIGHT_MS)
    .map(({ to }) => ({ what: `${to} had opted out` }));
}

/** Signs that a database is an earlier state of itself, or a copy of one. */
export const RESTORE_SIGNS = ['identity', 'position', 'oid', 'counter', 'acceptance'] as const;
export type RestoreSign = (typeof RESTORE_SIGNS)[number];

export const RESTORE_SIGN_SENTENCES: Readonly<Record<RestoreSign, string>> = {
  identity: 'the server has another system identifier',
  position: "the server's log ends before a position that it had reached",
  oid: 'the database has another oid',
  counter: 'the dialing counter is lower than it was',
  acceptance: 'an earlier release by after-restore is not in the database',
};

/** Point of the write-ahead log at which a timeline was left for the next one. */
export interface TimelineSwitch {
  readonly timeline: number;
  /** Bytes from the beginning of the log, as a decimal number. */
  readonly position: string;
}

/** State of a database. Null: this server does not report it. */
export interface Standing {
  readonly system_identifier: string | null;
  readonly database_oid: string;
  readonly timeline: number | null;
  /** Bytes of the log that are on disk, as a decimal number. */
  readonly position: string | null;
  /** History of the current timeline, oldest first. */
  readonly switches: readonly TimelineSwitch[] | null;
  /** Counter that rises while calls are placed, as a decimal number. */
  readonly counter: string;
}

/** Acceptance by an operator, stored in the database, that dialing may resume from `standing`. */
export interface Acceptance {
  readonly id: string;
  /** ISO 8601, UTC; later than that of the acceptance before. */
  readonly at: string;
  readonly standing: Standing;
}

/** State of a database as a process remembers it. */
export interface RememberedDatabase extends Standing {
  readonly acceptance: Acceptance | null;
}

/**
 * Returns the signs that `present` was restored from a backup, compared with what was `remembered`. Without a memory
 * there are none. A failover is none: another timeline that begins where the remembered one was left, or later.
 */
export function restoreSigns(remembered: RememberedDatabase | null, present: RememberedDatabase): RestoreSign[] {
  if (remembered === null) return [];
  const expected = expectedStanding(remembered, present.acceptance);
  if (expected === null) return ['acceptance'];
  return signsAgainst(expected, present);
}

/**
 * Returns the expected state. A later acceptance replaces the remembered state; null if the remembered acceptance is
 * missing.
 */
function expectedStanding(remembered: RememberedDatabase, accepted: Acceptance | null): Standing | null {
  const known = remembered.acceptance;
  if (accepted?.id === known?.id) return remembered;
  if (accepted !== null && (known === null || accepted.at > known.at)) return accepted.standing;
  return null;
}

function signsAgainst(expected: Standing, present: Standing): RestoreSign[] {
  const found: Readonly<Record<Exclude<RestoreSign, 'acceptance'>, boolean>> = {
    identity: isAnotherServer(expected, present),
    position: !isAnotherServer(expected, present) && isEarlierPosition(expected, present),
    oid: expected.database_oid !== present.database_oid,
    counter: BigInt(present.counter) < BigInt(expected.counter),
  };
  return RESTORE_SIGNS.filter((sign) => sign !== 'acceptance' && found[sign]);
}

function isAnotherServer(expected: Standing, present: Standing): boolean {
  const identifiers = [expected.system_identifier, present.system_identifier];
  return !identifiers.includes(null) && identifiers[0] !== identifiers[1];
}

function isEarlierPosition(expected: Standing, present: Standing): boolean {
  if (expected.position === null || present.position === null) return false;
  if (expected.timeline === null || present.timeline === null || expected.timeline === present.timeline)
    return BigInt(present.position) < BigInt(expected.position);
  if (present.timeline < expected.timeline) return true;
  const left = present.switches?.find(({ timeline }) => timeline === expected.timeline);
  if (left) return BigInt(left.position) < BigInt(expected.position);
  const isAncestorMissing = present.switches !== null && present.switches.length > 0;
  return isAncestorMissing || BigInt(present.position) < BigInt(expected.position);
}

/** Returns the later of two states of a database, neither of which is a restored one. */
export function laterOf(one: RememberedDatabase, other: RememberedDatabase): RememberedDatabase {
  if (one.acceptance?.id !== other.acceptance?.id)
    return (one.acceptance?.at ?? '') > (other.acceptance?.at ?? '') ? one : other;
  const ahead = isAhead(one, other) ? one : other;
  const counter = BigInt(one.counter) > BigInt(other.counter) ? one.counter : other.counter;
  return { ...ahead, counter };
}

function isAhead(one: Standing, other: Standing): boolean {
  const timelines = (one.timeline ?? 0) - (other.timeline ?? 0);
  if (timelines !== 0) return timelines > 0;
  return BigInt(one.position ?? 0) > BigInt(other.position ?? 0);
}

const HISTORY_LINE = /^\s*(\d+)\s+([0-9A-F]+)\/([0-9A-F]+)/i;

/** Reads a timeline's history file, one switch per line: `1\t0/3000060\tno recovery target specified`. */
export function timelineSwitches(history: string): TimelineSwitch[] {
  return history.split('\n').flatMap((line) => {
    const [, timeline, high, low] = HISTORY_LINE.exec(line) ?? [];
    if (!timeline || !high || !low) return [];
    const position = (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
    return [{ timeline: Number(timeline), position: position.toString() }];
  });
}

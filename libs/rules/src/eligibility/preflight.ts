import type { Gate } from '../gate/gate.js';

export const WHEN = ['now', 'later_today', 'later', 'never'] as const;
export type When = (typeof WHEN)[number];

export type PreflightReason = Gate | 'zone_unknown' | 'never_open' | 'waiting_retry';

/** Contacts that wait for the same reason in the same area. */
export interface WaitingGroup {
  readonly contacts: number;
  /** Gate that is shut, besides the hours. */
  readonly shut: Gate | null;
  /** Time at which the first contact is due and that gate open: milliseconds, Infinity for never. */
  readonly dueAt: number;
  /** Time at which their area is open, or opens next; Infinity for never. */
  readonly opensAt: number;
  readonly isZoneUnknown: boolean;
}

export interface Preflight {
  readonly totals: Readonly<Record<When, number>>;
  readonly reasons: readonly {
    readonly code: PreflightReason;
    readonly contacts: number;
    readonly until: Date | null;
  }[];
}

const DAY_MS = 86_400_000;

/** Counts how many contacts would be called when, and why not now. */
export function preflightOf(groups: readonly WaitingGroup[], now: number): Preflight {
  const totals: Record<When, number> = { now: 0, later_today: 0, later: 0, never: 0 };
  const reasons = new Map<PreflightReason, { contacts: number; until: number }>();
  for (const group of groups) {
    const at = Math.max(now, group.dueAt, group.opensAt);
    totals[whenOf(at, now)] += group.contacts;
    if (at > now) note(reasons, reasonOf(group, now), { contacts: group.contacts, until: at });
  }
  return {
    totals,
    reasons: [...reasons].map(([code, found]) => ({ code, contacts: found.contacts, until: dateOf(found.until) })),
  };
}

function whenOf(at: number, now: number): When {
  if (at === Infinity) return 'never';
  if (at <= now) return 'now';
  return at - now < DAY_MS ? 'later_today' : 'later';
}

function reasonOf({ shut, dueAt, opensAt, isZoneUnknown }: WaitingGroup, now: number): PreflightReason {
  if (shut === 'number_kind' || shut === 'country_not_allowed') return shut;
  if (isZoneUnknown) return 'zone_unknown';
  if (opensAt === Infinity) return 'never_open';
  if (shut) return shut;
  return dueAt > now ? 'waiting_retry' : 'outside_window';
}

function note<Code>(
  found: Map<Code, { contacts: number; until: number }>,
  code: Code,
  more: { contacts: number; until: number },
): void {
  const known = found.get(code) ?? { contacts: 0, until: Infinity };
  found.set(code, { contacts: known.contacts + more.contacts, until: Math.min(known.until, more.until) });
}

function dateOf(ms: number): Date | null {
  return ms === Infinity ? null : new Date(ms);
}

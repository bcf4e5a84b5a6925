/**
 * Kinds of work that a worker takes up again by itself until it is done, one item after another. Each beginning is
 * counted before it is made, since an item can kill or freeze the process that works on it (decision 19).
 */
export const WORK_KINDS = [
  'conversation',
  'call_review',
  'cost_lookup',
  'given_up_look',
  'campaign_start',
  'campaign_end',
  'campaign_wake',
  'import',
  'recording_deletion',
  'retention',
] as const;
export type WorkKind = (typeof WORK_KINDS)[number];

/** Beginnings without an end after which an item is given up. */
export const MOST_TRIES = 3;

/** Items that were under way in one death are taken in groups of this size, and after a second one singly. */
const TOGETHER_AFTER_A_DEATH = 10;

export interface TriedItem {
  /** Beginnings from which no worker came back. */
  readonly tries: number;
}

/** Items that may be worked on together, and those to give up. */
export interface WorkGroups<Item> {
  readonly groups: readonly (readonly Item[])[];
  readonly spent: readonly Item[];
}

/**
 * Sets items apart by what has become of earlier tries. When a process dies, every item that it worked on is a suspect;
 * in the end the one that killed it stands alone, and the innocent are done before they have used up their tries.
 */
export function inGroups<Item extends TriedItem>(items: readonly Item[]): WorkGroups<Item> {
  const fresh = items.filter(({ tries }) => tries <= 0);
  const suspects = items.filter(({ tries }) => tries === 1);
  const loners = items.filter(({ tries }) => tries > 1 && tries < MOST_TRIES);
  const groups = [...(fresh.length > 0 ? [fresh] : []), ...pieces(suspects), ...loners.map((one) => [one])];
  return { groups, spent: items.filter(({ tries }) => tries >= MOST_TRIES) };
}

function pieces<Item>(items: readonly Item[]): Item[][] {
  const groups: Item[][] = [];
  for (let at = 0; at < items.length; at += TOGETHER_AFTER_A_DEATH) {
    groups.push(items.slice(at, at + TOGETHER_AFTER_A_DEATH));
  }
  return groups;
}

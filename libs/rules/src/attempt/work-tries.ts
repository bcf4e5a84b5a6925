/**
 * Kinds of work that a worker resumes by itself, one item after another, until they are done. Each try is counted
 * before it begins, because an item can kill or freeze the process (decision 19).
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

/** Unfinished tries after which an item is given up. */
export const MOST_TRIES = 3;

/** Size of the groups in which suspects of one death are tried; after a second death they are tried singly. */
const TOGETHER_AFTER_A_DEATH = 10;

export interface TriedItem {
  /** Tries that no worker finished. */
  readonly tries: number;
}

/** Items that a worker may process together, and items to give up. */
export interface WorkGroups<Item> {
  readonly groups: readonly (readonly Item[])[];
  readonly spent: readonly Item[];
}

/**
 * Groups items by their unfinished tries. When a process dies, every item that it worked on is a suspect. In the end
 * the item that killed it is alone in its group. The others are done before their tries are used up.
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

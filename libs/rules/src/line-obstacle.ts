/** What keeps a campaign's calls from being placed whoever is called; as refusals say it. */
export const LINE_OBSTACLES = [
  'telephony_account_gone',
  'caller_id_missing',
  'caller_id_not_allowed',
  'caller_ids_off',
] as const;

export interface LineObstacle {
  readonly code: (typeof LINE_OBSTACLES)[number];
  /** Of the campaign. */
  readonly field: 'telephony_account_id' | 'from_number';
}

/** What a campaign would call over, and from. */
export interface LineTerms {
  readonly telephony_account_id: string | null;
  readonly is_account_gone: boolean;
  readonly numbers: readonly string[];
  /** There are numbers that it may call from, and none of them is switched on. */
  readonly are_numbers_off: boolean;
}

/**
 * A tenant's own account shows no number by itself. Whose numbers its carrier lets it show is between the two of them; over the
 * installation's account it is the operator's to say.
 */
export function lineObstacle(
  { telephony_account_id, is_account_gone, numbers, are_numbers_off }: LineTerms,
  isShared: (number: string) => boolean,
): LineObstacle | null {
  const isOwn = telephony_account_id !== null;
  if (!isOwn && !numbers.every(isShared)) return { code: 'caller_id_not_allowed', field: 'from_number' };
  if (is_account_gone) return { code: 'telephony_account_gone', field: 'telephony_account_id' };
  if (are_numbers_off) return { code: 'caller_ids_off', field: 'from_number' };
  return isOwn && numbers.length === 0 ? { code: 'caller_id_missing', field: 'from_number' } : null;
}

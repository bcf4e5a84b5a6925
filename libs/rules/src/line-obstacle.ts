/** What keeps a campaign's calls from being placed whoever is called; as refusals say it. */
export const LINE_OBSTACLES = [
  'telephony_account_gone',
  'telephony_account_unreadable',
  'caller_id_missing',
  'caller_id_not_allowed',
] as const;

export interface LineObstacle {
  readonly code: (typeof LINE_OBSTACLES)[number];
  /** Of the campaign. */
  readonly field: 'telephony_account_id' | 'from_number';
}

/** Whether a code is one of them, and no provider's. */
export function isLineObstacle(code: string): code is LineObstacle['code'] {
  return LINE_OBSTACLES.some((one) => one === code);
}

/** What a campaign would call over, and from. */
export interface LineTerms {
  readonly telephony_account_id: string | null;
  readonly is_account_gone: boolean;
  /** Its credentials open with no key that is here. */
  readonly is_account_unreadable: boolean;
  readonly numbers: readonly string[];
}

/**
 * A tenant's own account shows no number by itself. Whose numbers its carrier lets it show is between the two of them; over the
 * installation's account it is the operator's to say.
 */
export function lineObstacle(
  { telephony_account_id, is_account_gone, is_account_unreadable, numbers }: LineTerms,
  isShared: (number: string) => boolean,
): LineObstacle | null {
  if (telephony_account_id === null)
    return numbers.every(isShared) ? null : { code: 'caller_id_not_allowed', field: 'from_number' };
  if (is_account_gone) return { code: 'telephony_account_gone', field: 'telephony_account_id' };
  if (is_account_unreadable) return { code: 'telephony_account_unreadable', field: 'telephony_account_id' };
  return numbers.length > 0 ? null : { code: 'caller_id_missing', field: 'from_number' };
}

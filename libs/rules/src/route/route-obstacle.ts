/** What keeps a campaign's calls from being placed whoever is called; as refusals say it. */
export const LINE_OBSTACLES = [
  'telephony_account_gone',
  'telephony_account_unreadable',
  'caller_id_missing',
  'caller_id_not_allowed',
  'caller_ids_off',
  'first_message_missing',
] as const;

export interface LineObstacle {
  readonly code: (typeof LINE_OBSTACLES)[number];
  /** Of the campaign. */
  readonly field: 'telephony_account_id' | 'from_number' | 'first_message';
}

/** Whether a code is one of them, and no provider's. */
export function isLineObstacle(code: string): code is LineObstacle['code'] {
  return LINE_OBSTACLES.some((one) => one === code);
}

/** What a campaign would call over, and from, and say first. */
export interface LineTerms {
  readonly telephony_account_id: string | null;
  readonly is_account_gone: boolean;
  /** Its credentials open with no key that is here. */
  readonly is_account_unreadable: boolean;
  readonly numbers: readonly string[];
  readonly first_message: string | null;
  /** There are numbers that it may call from, and none of them is switched on. */
  readonly are_numbers_off: boolean;
}

/** What the line itself allows. */
export interface LineLimits {
  mayShow(number: string): boolean;
  saysNothing(firstMessage: string | null): boolean;
}

/**
 * All of them, the first to be mended first. Over an account that is gone, or cannot be read, nothing else can be told.
 */
export function lineObstacles(terms: LineTerms, line: LineLimits): LineObstacle[] {
  if (terms.is_account_gone) return [{ code: 'telephony_account_gone', field: 'telephony_account_id' }];
  if (terms.is_account_unreadable) return [{ code: 'telephony_account_unreadable', field: 'telephony_account_id' }];
  const silent = line.saysNothing(terms.first_message);
  return [
    ...callerIdObstacles(terms, line),
    ...(silent ? [{ code: 'first_message_missing', field: 'first_message' } as const] : []),
  ];
}

/**
 * A tenant's own account shows no number by itself. Whose numbers its carrier lets it show is between the two of them;
 * over the installation's account it is the operator's to say.
 */
function callerIdObstacles(
  { telephony_account_id, numbers, are_numbers_off }: LineTerms,
  line: LineLimits,
): LineObstacle[] {
  if (!numbers.every((number) => line.mayShow(number)))
    return [{ code: 'caller_id_not_allowed', field: 'from_number' }];
  if (are_numbers_off) return [{ code: 'caller_ids_off', field: 'from_number' }];
  const isMissing = telephony_account_id !== null && numbers.length === 0;
  return isMissing ? [{ code: 'caller_id_missing', field: 'from_number' }] : [];
}

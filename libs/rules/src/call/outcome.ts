/** What an attempt came to, seen from the business; `end_reason` beside it keeps the provider's own word. */
export const OUTCOMES = [
  'goal_reached',
  'reached',
  'voicemail',
  'no_answer',
  'busy',
  'bad_number',
  'refused',
  'opt_out',
  'callback_requested',
  'provider_error',
  'lost',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Who picked up. */
export const ANSWERED_BY = ['human', 'machine', 'fax', 'unknown'] as const;
export type AnsweredBy = (typeof ANSWERED_BY)[number];

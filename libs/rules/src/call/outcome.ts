/** Outcomes of an attempt from the view of the business. `end_reason` keeps the provider's own words. */
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

/** Kinds of answerers. */
export const ANSWERED_BY = ['human', 'machine', 'fax', 'unknown'] as const;
export type AnsweredBy = (typeof ANSWERED_BY)[number];

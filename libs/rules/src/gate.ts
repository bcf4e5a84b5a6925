/** What may keep a person from being called, in the order in which it is asked. */
export const GATES = [
  'outside_window',
  'dnc',
  'no_consent',
  'min_gap',
  'frequency_cap',
  'caller_ids_off',
  'caller_ids_used',
  'number_busy',
] as const;
export type Gate = (typeof GATES)[number];

/** What each gate says when it is shut. */
export const GATE_SENTENCES: Readonly<Record<Gate, string>> = {
  outside_window: 'It is outside the hours in which they may be called.',
  dnc: 'The number is on the do-not-call list.',
  no_consent: 'The campaign requires a consent, and there is none that holds.',
  min_gap: 'The number was called less than min_gap_seconds ago.',
  frequency_cap: 'The number has been called as often as the cap allows.',
  caller_ids_off: 'Every caller id is switched off: calls go on as soon as one is switched on.',
  caller_ids_used: 'Each caller id has been used as often today (UTC) as its daily_cap allows, or is switched off.',
  number_busy: 'The number is in a call.',
};

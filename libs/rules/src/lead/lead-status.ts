export const LEAD_STATUSES = [
  'pending',
  'in_progress',
  'completed',
  'exhausted',
  'invalid',
  'suppressed',
  'expired',
  'removed',
] as const;
export type LeadStatus = (typeof LEAD_STATUSES)[number];

/**
 * What a lead may become through the engine or a person; a status with no way out stays. `removed` is revived by adding
 * the number again, to the status that it had, or that its call has led to since (`in_progress` while that call is
 * live). What a provider reports only after a call has ended (a machine, an opt-out, a call-back, the end of a call
 * that was given up) changes what the call has led to.
 */
export const LEAD_TRANSITIONS: Readonly<Record<LeadStatus, readonly LeadStatus[]>> = {
  pending: ['in_progress', 'completed', 'exhausted', 'invalid', 'suppressed', 'expired', 'removed'],
  in_progress: ['pending', 'completed', 'exhausted', 'invalid', 'suppressed', 'expired', 'removed'],
  completed: ['pending', 'exhausted', 'invalid', 'suppressed', 'expired', 'removed'],
  exhausted: ['pending', 'completed', 'invalid', 'suppressed', 'expired', 'removed'],
  invalid: ['pending', 'completed', 'exhausted', 'suppressed', 'expired', 'removed'],
  suppressed: ['completed', 'removed'],
  expired: ['pending', 'completed', 'exhausted', 'invalid', 'suppressed', 'removed'],
  removed: ['pending', 'in_progress', 'completed', 'exhausted', 'invalid', 'suppressed', 'expired'],
};

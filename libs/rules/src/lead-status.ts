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

/** What a lead may become through the engine or a person; a status with no way out stays (`removed` is revived by adding the number again). */
export const LEAD_TRANSITIONS: Readonly<Record<LeadStatus, readonly LeadStatus[]>> = {
  pending: ['in_progress', 'suppressed', 'expired', 'removed'],
  in_progress: ['pending', 'completed', 'exhausted', 'invalid', 'suppressed', 'expired', 'removed'],
  completed: ['pending', 'removed'],
  exhausted: ['pending', 'removed'],
  invalid: ['removed'],
  suppressed: ['removed'],
  expired: ['pending', 'removed'],
  removed: ['pending'],
};

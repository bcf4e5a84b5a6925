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

/** Statuses of a lead that is being called or may be called. */
export const OPEN_LEAD_STATUSES = ['pending', 'in_progress'] as const satisfies readonly LeadStatus[];

/** Statuses of a lead that is due again once its gate opens; a removed lead only after it is added again. */
export const BLOCKABLE_LEAD_STATUSES = ['pending', 'removed'] as const satisfies readonly LeadStatus[];

/** Returns the other statuses of a lead. */
export function leadStatusesExcept(...statuses: readonly LeadStatus[]): readonly LeadStatus[] {
  return LEAD_STATUSES.filter((status) => !statuses.includes(status));
}

/**
 * Statuses that may follow each status of a lead, through the engine or a client. Adding the number of a `removed` lead
 * again restores the status that it would have. Late reports of a machine, an opt-out or a callback change the status
 * after the end of the call.
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

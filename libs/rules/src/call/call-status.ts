export const CALL_STATUSES = [
  'initiated',
  'ringing',
  'in_progress',
  'completed',
  'no_answer',
  'busy',
  'failed',
  'canceled',
  'lost',
] as const;
export type CallStatus = (typeof CALL_STATUSES)[number];

/**
 * Ranks of statuses: a call moves to a higher rank or not at all. Outdial concludes `lost` itself; it is final, and any
 * final status that the provider reports outranks it.
 */
const RANK: Readonly<Record<CallStatus, number>> = {
  initiated: 0,
  ringing: 1,
  in_progress: 2,
  lost: 3,
  completed: 4,
  no_answer: 4,
  busy: 4,
  failed: 4,
  canceled: 4,
};

/** Lowest rank at which an attempt is settled. */
const FINAL_RANK = RANK.lost;

export type FinalCallStatus = 'completed' | 'no_answer' | 'busy' | 'failed' | 'canceled' | 'lost';

export function isFinalCallStatus(status: CallStatus): status is FinalCallStatus {
  return RANK[status] >= FINAL_RANK;
}

/** Statuses of a call that is in progress or about to be. */
export const LIVE_CALL_STATUSES = CALL_STATUSES.filter((status) => !isFinalCallStatus(status));

/** Final statuses of a call that ended otherwise than completed. */
export const FAILED_CALL_STATUSES = CALL_STATUSES.filter(
  (status) => isFinalCallStatus(status) && status !== 'completed',
);

/** Final statuses that a provider has reported. */
export const REPORTED_FINAL_CALL_STATUSES = CALL_STATUSES.filter((status) => RANK[status] > FINAL_RANK);

/** Returns the status after a report: reports that come late or twice never move a call backwards. */
export function nextCallStatus(current: CallStatus, reported: CallStatus): CallStatus {
  return RANK[reported] > RANK[current] ? reported : current;
}

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

/** A call moves to a higher rank or not at all; the highest rank is final. */
const RANK: Readonly<Record<CallStatus, number>> = {
  initiated: 0,
  ringing: 1,
  in_progress: 2,
  completed: 3,
  no_answer: 3,
  busy: 3,
  failed: 3,
  canceled: 3,
  lost: 3,
};

export type FinalCallStatus = 'completed' | 'no_answer' | 'busy' | 'failed' | 'canceled' | 'lost';

export function isFinalCallStatus(status: CallStatus): status is FinalCallStatus {
  return RANK[status] === 3;
}

/** The status after hearing `reported`: events that come late or twice never move a call backwards. */
export function nextCallStatus(current: CallStatus, reported: CallStatus): CallStatus {
  return RANK[reported] > RANK[current] ? reported : current;
}

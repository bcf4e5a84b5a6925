/** The BullMQ queue that carries dialer jobs from whoever claimed them to a worker. */
export const DIAL_QUEUE = 'dial';

/**
 * All a BullMQ job says. Everything else is read from the database when it is placed; nothing of a person is in the
 * queue.
 */
export interface DialPayload {
  readonly dialer_job_ids: readonly string[];
}

/**
 * The BullMQ job id of the n-th publication (1 or more) of a dialer job. A repeated publication gets an id of its own:
 * BullMQ passes over an id that it still has, also that of a job it has given up.
 */
export function dialJobId(dialerJobId: string, publication: number): string {
  return publication === 1 ? dialerJobId : `${dialerJobId}-${publication}`;
}

/** BullMQ queue that carries dialer jobs from the process that claims them to a worker. */
export const DIAL_QUEUE = 'dial';

/** Content of a BullMQ job. The worker reads everything else from the database: the queue holds no data of a person. */
export interface DialPayload {
  readonly dialer_job_ids: readonly string[];
}

/**
 * Returns the BullMQ job id of the n-th publication (from 1) of a dialer job. Each publication has its own id, because
 * BullMQ ignores an id that it still has, even of a failed job.
 */
export function dialJobId(dialerJobId: string, publication: number): string {
  return publication === 1 ? dialerJobId : `${dialerJobId}-${publication}`;
}

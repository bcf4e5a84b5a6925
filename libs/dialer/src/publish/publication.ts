import type { DueJob, PostponedCheck } from '#database/statements/engine/sweep/sweep.js';
import type { Publication } from '#queue/dial-queue.js';
import { publishPauseSeconds } from '#rules/campaign/publish-pause.js';
import { plusSeconds } from '#rules/values/plus-seconds.js';

type PublishedJob = Pick<DueJob, 'dialer_job_id' | 'status' | 'publishes' | 'lookups' | 'watched_ms' | 'now'>;

export function nextPublication({ dialer_job_id, publishes }: PublishedJob): Publication {
  return { dialerJobId: dialer_job_id, publication: publishes + 1 };
}

/** Returns when the sweeper looks next at a job that was republished now, or that could not be. */
export function laterCheck(job: PublishedJob, { isPublished }: { isPublished: boolean }): PostponedCheck {
  const publishes = job.publishes + (isPublished ? 1 : 0);
  const pauseSeconds = publishPauseSeconds(isPublished ? publishes : 1);
  const { dialer_job_id, status, lookups, watched_ms, now } = job;
  return {
    dialer_job_id,
    status,
    check_at: plusSeconds(now, pauseSeconds).toISOString(),
    publishes,
    lookups,
    watched_ms,
  };
}

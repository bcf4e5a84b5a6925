/** Share on a route without a limit of calls per second: enough to keep many workers busy for moments. */
const UNPACED = 300;

/**
 * Returns how many jobs of one campaign may be queued at a time. The queue is first come, first served. A campaign with
 * 500 free slots could queue 500 jobs. A campaign with 5 slots would then wait until 500 calls are placed.
 * On a route with a limit of calls per second the share is one second's worth. Each campaign then has its turn every
 * few seconds at the slowest.
 */
export function mostQueuedJobs(callsPerSecond: number | null): number {
  return callsPerSecond === null ? UNPACED : Math.max(1, callsPerSecond);
}

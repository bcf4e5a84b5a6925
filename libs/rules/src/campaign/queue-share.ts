/** Without a limit of calls per second the queue is worked off within moments: enough to keep many workers busy. */
const UNPACED = 300;

/**
 * Jobs of one campaign that may be queued at a time. The queue is first come, first served; a campaign with 500 free
 * slots that put all of them in line would make one with 5 wait behind them for as long as 500 calls take to place.
 * Over a line with so many calls per second the share is a second's worth, so that each campaign's turn comes round
 * every few seconds at the slowest.
 */
export function mostQueuedJobs(callsPerSecond: number | null): number {
  return callsPerSecond === null ? UNPACED : Math.max(1, callsPerSecond);
}

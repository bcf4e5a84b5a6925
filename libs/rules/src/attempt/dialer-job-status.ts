export const DIALER_JOB_STATUSES = [
  'queued',
  'dialing',
  'active',
  'unconfirmed',
  'succeeded',
  'failed',
  'canceled',
  'skipped',
] as const;
export type DialerJobStatus = (typeof DIALER_JOB_STATUSES)[number];

/** Statuses of a live dialer job, which occupies a slot of its campaign. */
export const LIVE_DIALER_JOB_STATUSES = ['queued', 'dialing', 'active', 'unconfirmed'] as const;
export type LiveDialerJobStatus = (typeof LIVE_DIALER_JOB_STATUSES)[number];

/** Statuses of a live dialer job whose call is committed. */
export const CALLING_DIALER_JOB_STATUSES = LIVE_DIALER_JOB_STATUSES.filter((status) => status !== 'queued');

/** Statuses of a live dialer job whose call the provider has not accepted. */
export const UNACCEPTED_DIALER_JOB_STATUSES = ['dialing', 'unconfirmed'] as const satisfies readonly DialerJobStatus[];

/** Statuses of a dialer job whose call has ended. */
export const CALLED_DIALER_JOB_STATUSES = ['succeeded', 'failed'] as const satisfies readonly DialerJobStatus[];

/** Statuses of a dialer job that has ended. */
export const ENDED_DIALER_JOB_STATUSES = dialerJobStatusesExcept(...LIVE_DIALER_JOB_STATUSES);

/** Returns the other statuses of a dialer job. */
export function dialerJobStatusesExcept(...statuses: readonly DialerJobStatus[]): readonly DialerJobStatus[] {
  return DIALER_JOB_STATUSES.filter((status) => !statuses.includes(status));
}

/** Statuses that may follow each status of a live job; a status that is not a key is final. */
export const DIALER_JOB_TRANSITIONS: Readonly<Record<LiveDialerJobStatus, readonly DialerJobStatus[]>> = {
  queued: ['dialing', 'canceled', 'skipped'],
  dialing: ['active', 'unconfirmed', 'succeeded', 'failed', 'canceled'],
  active: ['succeeded', 'failed', 'canceled'],
  unconfirmed: ['active', 'succeeded', 'failed', 'canceled'],
};

/** Corrections of a status that Outdial had concluded, once the provider reports that the call was answered. */
export const DIALER_JOB_CORRECTIONS = { failed: ['succeeded'] } as const satisfies Partial<
  Record<DialerJobStatus, readonly DialerJobStatus[]>
>;

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

/** A live dialer job holds a slot of its campaign. */
export const LIVE_DIALER_JOB_STATUSES = ['queued', 'dialing', 'active', 'unconfirmed'] as const;
export type LiveDialerJobStatus = (typeof LIVE_DIALER_JOB_STATUSES)[number];

/** What a live job may become; a status that is not a key is final. */
export const DIALER_JOB_TRANSITIONS: Readonly<Record<LiveDialerJobStatus, readonly DialerJobStatus[]>> = {
  queued: ['dialing', 'canceled', 'skipped'],
  dialing: ['active', 'unconfirmed', 'succeeded', 'failed', 'canceled'],
  active: ['succeeded', 'failed', 'canceled'],
  unconfirmed: ['active', 'succeeded', 'failed', 'canceled'],
};

/** Status of a job whose end Outdial had concluded, once the provider tells that the call was answered. */
export const DIALER_JOB_CORRECTIONS = { failed: ['succeeded'] } as const satisfies Partial<
  Record<DialerJobStatus, readonly DialerJobStatus[]>
>;

import type { CallStatus } from '#rules/call/call-status.js';
import {
  LIVE_DIALER_JOB_STATUSES,
  type DialerJobStatus,
  type LiveDialerJobStatus,
} from '#rules/attempt/dialer-job-status.js';
import { DEADLINE_MARGIN_SECONDS, RING_MARGIN_SECONDS } from '#rules/attempt/job-review.js';
import type { Sql } from '../../connection/sql.js';
import { sqlList } from '../parts/sql-list.js';

/** A dialer job with all that an operator needs to judge it. */
export interface InspectedJob {
  readonly dialer_job_id: string;
  readonly campaign_id: string;
  readonly campaign_status: string;
  readonly lead_id: string;
  readonly lead_status: string;
  readonly status: DialerJobStatus;
  readonly lookups: number;
  readonly phone_number: string;
  readonly created_at: Date;
  readonly check_at: Date | null;
  readonly dialing_at: Date | null;
  readonly deadline_at: Date | null;
  readonly ring_deadline_at: Date | null;
  readonly ring_timeout_seconds: number;
  readonly longest_seconds: number | null;
  readonly is_hangup_requested: boolean;
  readonly provider: string | null;
  readonly provider_call_id: string | null;
  readonly from_number: string | null;
  readonly telephony_account_id: string | null;
  readonly is_test: boolean;
  /** Attempt number of the call; null: no call was placed yet. */
  readonly attempt: number | null;
  readonly call_status: CallStatus | null;
  readonly now: Date;
}

export async function inspectJob(sql: Sql, dialerJobId: string): Promise<InspectedJob | undefined> {
  const [job] = await sql.run<InspectedJob>(INSPECT, [dialerJobId]);
  return job;
}

const INSPECT = {
  name: 'inspect-job',
  text: `
    SELECT j.id AS dialer_job_id, j.campaign_id, k.status AS campaign_status, j.lead_id, l.status AS lead_status,
      j.status, j.lookups,
      j.phone_number, j.created_at, j.check_at, j.dialing_at, j.deadline_at,
      j.dialing_at + (k.ring_timeout_seconds + ${RING_MARGIN_SECONDS}) * interval '1 second' AS ring_deadline_at,
      k.ring_timeout_seconds,
      extract(epoch FROM j.deadline_at - j.dialing_at)::float8 - ${DEADLINE_MARGIN_SECONDS} AS longest_seconds,
      j.hangup_requested_at IS NOT NULL AS is_hangup_requested,
      c.provider, c.provider_call_id, c.from_number, c.telephony_account_id, k.is_test, c.attempt,
      c.status AS call_status, now() AS now
    FROM dialer_jobs j JOIN campaigns k ON k.id = j.campaign_id JOIN leads l ON l.id = j.lead_id
      LEFT JOIN calls c ON c.dialer_job_id = j.id
    WHERE j.id = $1`,
};

/** An occupied slot, with its dialer job and call. */
export interface OccupiedSlot {
  readonly dialer_job_id: string;
  readonly campaign_id: string;
  readonly phone_number: string;
  readonly status: LiveDialerJobStatus;
  readonly call_status: CallStatus | null;
  readonly created_at: Date;
  readonly check_at: Date;
  readonly deadline_at: Date | null;
}

/** Lists the live dialer jobs of one campaign, or of all, the oldest of each campaign first. */
export function occupiedSlots(sql: Sql, campaignId: string | null): Promise<OccupiedSlot[]> {
  return sql.run<OccupiedSlot>(OCCUPIED_SLOTS, [campaignId]);
}

const OCCUPIED_SLOTS = {
  name: 'occupied-slots',
  text: `
    SELECT j.id AS dialer_job_id, j.campaign_id, j.phone_number, j.status, c.status AS call_status, j.created_at,
      j.check_at, j.deadline_at
    FROM dialer_jobs j LEFT JOIN calls c ON c.dialer_job_id = j.id
    WHERE j.status IN (${sqlList(LIVE_DIALER_JOB_STATUSES)}) AND ($1::uuid IS NULL OR j.campaign_id = $1)
    ORDER BY j.campaign_id, j.created_at, j.id`,
};

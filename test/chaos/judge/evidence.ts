import type { CallStatus } from '#rules/call-status.js';
import type { DialerJobStatus } from '#rules/dialer-job-status.js';
import type { LeadStatus } from '#rules/lead-status.js';
import type { Outcome } from '#rules/outcome.js';
import type { FaultRecord } from '../faults/catalogue.js';
import type { ApiRequest } from '../load/api-caller.js';
import type { BacklogSample } from '../load/backlog.js';
import type { Acknowledged } from '../load/campaign.js';
import type { Freeze } from '../failpoints/thawer.js';
import type { CarrierLog } from './carrier-log.js';

export interface CampaignRow {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly max_concurrent_calls: number;
  readonly max_retries: number;
  readonly total_leads: number;
  readonly calls_completed: number;
  readonly calls_failed: number;
}

export interface LeadRow {
  readonly id: string;
  readonly campaign_id: string;
  readonly phone_number: string;
  readonly status: LeadStatus;
  readonly call_attempts: number;
  readonly block_code: string | null;
  /** Beyond the moment at which the judge looks. */
  readonly is_due_later: boolean;
}

export interface JobRow {
  readonly id: string;
  readonly campaign_id: string;
  readonly lead_id: string;
  readonly status: DialerJobStatus;
  readonly reason: string | null;
}

export interface CallRow {
  readonly dialer_job_id: string;
  readonly campaign_id: string;
  readonly lead_id: string;
  readonly status: CallStatus;
  readonly outcome: Outcome | null;
  readonly end_reason: string | null;
}

/** A commit that the database noted by itself; milliseconds of the machine's clock. */
export interface Placement {
  readonly dialer_job_id: string;
  readonly campaign_id: string;
  readonly committed_at: number;
}

export interface StatusChange {
  readonly campaign_id: string;
  readonly became: string;
  readonly committed_at: number;
}

/** What PostgreSQL holds at the end. */
export interface DatabaseRows {
  readonly campaigns: readonly CampaignRow[];
  readonly leads: readonly LeadRow[];
  readonly jobs: readonly JobRow[];
  readonly calls: readonly CallRow[];
  readonly placements: readonly Placement[];
  readonly statusChanges: readonly StatusChange[];
}

/** Everything the judge goes by. */
export interface Evidence extends DatabaseRows {
  readonly carrier: CarrierLog;
  /** By campaign, the numbers of which the API said that it has them. */
  readonly acknowledgedContacts: ReadonlyMap<string, ReadonlySet<string>>;
  readonly acknowledgedCommands: readonly Acknowledged[];
  readonly requests: readonly ApiRequest[];
  readonly faults: readonly FaultRecord[];
  readonly freezes: readonly Freeze[];
  /** When a failpoint made a step fail. */
  readonly throws: readonly number[];
  /** When a failpoint made a command of the API wait. */
  readonly apiDelays: readonly Freeze[];
  readonly backlog: readonly BacklogSample[];
  readonly deadlocks: readonly string[];
}

/** One thing that should not have been. */
export interface Finding {
  readonly what: string;
}

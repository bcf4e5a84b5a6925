import type { CallStatus } from '#rules/call/call-status.js';
import type { DialerJobStatus } from '#rules/attempt/dialer-job-status.js';
import type { LeadStatus } from '#rules/lead/lead-status.js';
import type { Outcome } from '#rules/call/outcome.js';
import type { FaultRecord } from '../faults/catalogue.js';
import type { ApiRequest } from '../load/api-caller.js';
import type { BacklogSample } from '../load/backlog.js';
import type { Acknowledged } from '../load/campaign.js';
import type { AskedChange } from '../load/changes.js';
import type { Window } from '../load/drawn-terms.js';
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
  /** True if the next attempt is due after the moment at which the judge looks. */
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
  readonly provider_call_id: string | null;
}

/** A commit that the database noted by itself; milliseconds of the machine's clock. */
export interface Placement {
  readonly dialer_job_id: string;
  readonly campaign_id: string;
  readonly phone_number: string;
  /** Time at which the attempt was written, in the transaction that then committed. */
  readonly noted_at: number;
  /** The time by the database's clock, by which it was decided. */
  readonly decided_at?: number;
  readonly committed_at: number;
}

export interface StatusChange {
  readonly campaign_id: string;
  readonly became: string;
  readonly committed_at: number;
}

/** Change of a do-not-call entry. The changes of each kind are in the order of commits. */
export interface DncChange {
  readonly phone_number: string;
  readonly is_listed: boolean;
  readonly source: string | null;
  readonly expires_at: number | null;
  readonly committed_at: number;
}

export interface CampaignTermsChange {
  readonly campaign_id: string;
  readonly calling_window: Window | null;
  readonly blackout_dates: readonly string[];
  readonly requires_consent: boolean;
  readonly min_gap_seconds: number;
  readonly committed_at: number;
}

export interface TenantTermsChange {
  readonly min_gap_seconds: number;
  readonly cap_attempts: number | null;
  readonly cap_days: number | null;
  readonly committed_at: number;
}

export interface ConsentRecord {
  readonly phone_number: string;
  readonly kind: 'given' | 'revoked';
  readonly given_at: number;
  readonly expires_at: number | null;
  readonly committed_at: number;
}

/** Rows of PostgreSQL at the end of the run. */
export interface DatabaseRows {
  readonly campaigns: readonly CampaignRow[];
  readonly leads: readonly LeadRow[];
  readonly jobs: readonly JobRow[];
  readonly calls: readonly CallRow[];
  readonly placements: readonly Placement[];
  readonly statusChanges: readonly StatusChange[];
  readonly dncChanges: readonly DncChange[];
  readonly campaignTerms: readonly CampaignTermsChange[];
  readonly tenantTerms: readonly TenantTermsChange[];
  readonly consents: readonly ConsentRecord[];
}

/** Evidence on which the judge decides: rows, the carrier's log, and what the harness noted. */
export interface Evidence extends DatabaseRows {
  readonly carrier: CarrierLog;
  /** Numbers, by campaign, that the API said it has. */
  readonly acknowledgedContacts: ReadonlyMap<string, ReadonlySet<string>>;
  readonly acknowledgedCommands: readonly Acknowledged[];
  /** Changes to who may be called, as the run asked for them. */
  readonly changes: readonly AskedChange[];
  readonly requests: readonly ApiRequest[];
  readonly faults: readonly FaultRecord[];
  readonly freezes: readonly Freeze[];
  /** Times at which a failpoint made a step fail. */
  readonly throws: readonly number[];
  /** Spans in which a failpoint delayed a step that a command may have to wait for. */
  readonly delays: readonly Freeze[];
  /** Spans in which this machine stood still, as far as the harness can tell. */
  readonly stalls: readonly Freeze[];
  readonly backlog: readonly BacklogSample[];
  readonly deadlocks: readonly string[];
  /** Errors of class 42 (syntax error or access rule violation), as PostgreSQL logged them. */
  readonly misunderstood: readonly string[];
}

/** Finding of a check: something that should not have happened. */
export interface Finding {
  readonly what: string;
}

import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { campaignProgress } from '#database/statements/campaigns/campaign-progress.js';
import {
  campaignSituation,
  slotHolders,
  type CampaignSituationRow,
} from '#database/statements/campaigns/campaign-situation.js';
import { diagnose, etaSeconds, type CampaignDiagnosis } from '#rules/campaign/campaign-activity.js';
import { DomainError } from '#rules/errors/domain-error.js';
import { Readiness } from '../health/readiness.js';
import type { CampaignStatsAnswer } from './campaign-stats.dto.js';
import type { DiagnosticsAnswer } from './diagnostics.dto.js';

const MOST_HOLDERS = 200;

/** Shows a campaign's results so far, what it is doing, and what keeps it from doing more. */
@Injectable()
export class CampaignInsightService {
  constructor(
    private readonly database: Database,
    private readonly readiness: Readiness,
  ) {}

  async stats(tenantId: string, campaignId: string): Promise<CampaignStatsAnswer> {
    const row = await this.situation(tenantId, campaignId);
    const { pending, ...counts } = await campaignProgress(this.database, campaignId);
    const ended = row.calls_completed + row.calls_failed;
    return {
      campaign_id: campaignId,
      status: row.status,
      ...counts,
      activity: diagnosisOf(row, true).activity,
      answer_rate: ended === 0 ? null : rounded(row.calls_completed / ended),
      mean_duration_seconds: row.calls_completed === 0 ? null : rounded(row.talk_seconds / row.calls_completed),
      total_cost: row.total_cost,
      eta_seconds: row.status === 'running' ? etaOf(row, pending + row.live) : null,
    };
  }

  async diagnostics(tenantId: string, campaignId: string): Promise<DiagnosticsAnswer> {
    const row = await this.situation(tenantId, campaignId);
    const { queue } = await this.readiness.check();
    const { activity, blockedBy, nextEligibleAt } = diagnosisOf(row, queue === 'ok');
    return {
      campaign_id: campaignId,
      status: row.status,
      status_reason: row.status_reason,
      activity,
      blocked_by: [...blockedBy],
      next_eligible_at: nextEligibleAt,
      slots: { max: row.slots, in_use: row.live, holders: await slotHolders(this.database, campaignId, MOST_HOLDERS) },
    };
  }

  private async situation(tenantId: string, campaignId: string): Promise<CampaignSituationRow> {
    const row = await campaignSituation(this.database, { tenantId, campaignId });
    if (!row) throw new DomainError('campaign_not_found');
    return row;
  }
}

function diagnosisOf(row: CampaignSituationRow, isQueueAvailable: boolean): CampaignDiagnosis {
  return diagnose({
    now: row.now,
    status: row.status,
    statusReason: row.status_reason,
    startAt: row.start_at,
    slots: row.slots,
    live: { all: row.live, queued: row.queued },
    oldestQueuedAt: row.oldest_queued_at,
    contacts: row.contacts,
    nextDueAt: row.next_due_at,
    numbersFrom: row.numbers_from,
    areNumbersOff: row.are_numbers_off,
    callsFrom: row.calls_from,
    isConcurrencyReached: row.is_concurrency_reached,
    blocked: row.blocked.map((one) => ({ ...one, until: one.until === null ? null : new Date(one.until) })),
    closed: row.closed_areas && {
      contacts: row.closed_areas.contacts,
      until: row.closed_areas.until === null ? null : new Date(row.closed_areas.until),
    },
    rejection: rejectionOf(row),
    halt: haltOf(row),
    worker: row.has_worker ? { isRunning: true } : { isRunning: false, since: row.no_worker_since },
    isQueueAvailable,
  });
}

function rejectionOf(row: CampaignSituationRow): Parameters<typeof diagnose>[0]['rejection'] {
  const { provider_rejection: code, provider_rejected_since: since, provider_rejected_until: until } = row;
  return code !== null && since && until ? { code, since, until } : null;
}

function haltOf(row: CampaignSituationRow): Parameters<typeof diagnose>[0]['halt'] {
  if (row.installation_halted_at) {
    return { scope: 'installation', since: row.installation_halted_at, reason: row.installation_halted_reason };
  }
  return row.tenant_halted_at && { scope: 'tenant', since: row.tenant_halted_at, reason: row.tenant_halted_reason };
}

function etaOf(row: CampaignSituationRow, waiting: number): number | null {
  const lastDueInSeconds = row.last_due_at ? (row.last_due_at.getTime() - row.now.getTime()) / 1000 : 0;
  const { slots, ended_attempts: endedAttempts, slot_seconds: slotSeconds } = row;
  return etaSeconds({ waiting, slots, endedAttempts, slotSeconds, lastDueInSeconds });
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

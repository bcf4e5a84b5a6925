import { zonesOf } from '../load/areas.js';
import type { CampaignTermsChange, Evidence, Finding, Placement, TenantTermsChange } from './evidence.js';
import { decidedAt } from './true-times.js';
import { groupBy } from '#rules/values/group-by.js';
import { isOpen, isRestricted } from './wall-clock.js';

/** Findings of a check, among the cases that it could judge. */
export interface Judgement {
  readonly findings: readonly Finding[];
  /** Number of cases that were compared with the rule. */
  readonly judged: number;
}

interface Case {
  readonly placement: Placement;
  readonly campaign: CampaignTermsChange;
  readonly tenant: TenantTermsChange;
  /**
   * Calls to the number, of any campaign, that were committed before. Attempts that the carrier did not take and that
   * were given back are none.
   */
  readonly earlier: readonly Placement[];
}

/** Checks every clock where the person may have been against the window in force at the commit. */
export function callsOutsideWindow(evidence: Evidence): Judgement {
  const cases = casesOf(evidence).flatMap((one) => {
    const zones = zonesOf(one.placement.phone_number);
    return zones.length > 0 && isRestricted(one.campaign) ? [{ ...one, zones }] : [];
  });
  return {
    judged: cases.length,
    findings: cases
      .filter(({ placement, campaign, zones }) => zones.some((zone) => !isOpen(campaign, zone, decidedAt(placement))))
      .map(({ placement, campaign, zones }) => ({
        what:
          `${nameOf(placement)} lies in ${zones.join(' or ')}, the campaign's hours were ` +
          `${JSON.stringify(campaign.calling_window)} without ${JSON.stringify(campaign.blackout_dates)}`,
      })),
  };
}

/** Two calls to a number, nearer to each other than campaign and tenant allowed at the second one's commit. */
export function callsWithinGap(evidence: Evidence): Judgement {
  const cases = casesOf(evidence).flatMap(({ placement, campaign, tenant, earlier }) => {
    const gapSeconds = Math.max(campaign.min_gap_seconds, tenant.min_gap_seconds);
    const last = earlier.at(-1);
    return last && gapSeconds > 0 ? [{ placement, gapSeconds, sinceMs: decidedAt(placement) - decidedAt(last) }] : [];
  });
  return {
    judged: cases.length,
    findings: cases
      .filter(({ gapSeconds, sinceMs }) => sinceMs < gapSeconds * 1000)
      .map(({ placement, gapSeconds, sinceMs }) => ({
        what:
          `${nameOf(placement)} came ${Math.round(sinceMs)} ms after the call before, ` +
          `${gapSeconds} s were asked for`,
      })),
  };
}

const DAY_MS = 86_400_000;

export function callsOverFrequencyCap(evidence: Evidence): Judgement {
  const cases = casesOf(evidence).flatMap(({ placement, tenant: { cap_attempts, cap_days }, earlier }) => {
    if (cap_attempts === null || cap_days === null) return [];
    const since = decidedAt(placement) - cap_days * DAY_MS;
    return [{ placement, cap_attempts, before: earlier.filter((one) => decidedAt(one) > since).length }];
  });
  return {
    judged: cases.length,
    findings: cases
      .filter(({ before, cap_attempts }) => before >= cap_attempts)
      .map(({ placement, before, cap_attempts }) => ({
        what: `${nameOf(placement)} came after ${before} calls to the number, ${cap_attempts} were allowed`,
      })),
  };
}

/** Finds calls without a valid consent; the latest record that was committed before the call counts. */
export function callsWithoutConsent(evidence: Evidence): Judgement {
  const recordsOf = groupBy(evidence.consents, ({ phone_number }) => phone_number);
  const cases = casesOf(evidence).filter(({ campaign }) => campaign.requires_consent);
  const hasConsent = (placement: Placement) => {
    const { phone_number, committed_at } = placement;
    const last = (recordsOf.get(phone_number) ?? []).findLast((record) => record.committed_at < committed_at);
    return last?.kind === 'given' && (last.expires_at === null || last.expires_at > decidedAt(placement));
  };
  return {
    judged: cases.length,
    findings: cases
      .filter(({ placement }) => !hasConsent(placement))
      .map(({ placement }) => ({ what: `${nameOf(placement)} had no consent that held` })),
  };
}

/**
 * Returns each placement with the terms in force at its commit. The placement had seen, or waited for, whatever was
 * committed before.
 */
function casesOf({ placements, campaignTerms, tenantTerms, calls }: Evidence): Case[] {
  const termsOf = groupBy(campaignTerms, ({ campaign_id }) => campaign_id);
  const isCall = new Set(calls.map(({ dialer_job_id }) => dialer_job_id));
  const callsTo = new Map<string, Placement[]>();
  return placements.flatMap((placement) => {
    const { campaign_id, phone_number, committed_at, dialer_job_id } = placement;
    const earlier = callsTo.get(phone_number) ?? [];
    if (isCall.has(dialer_job_id)) callsTo.set(phone_number, [...earlier, placement]);
    const campaign = lastBefore(termsOf.get(campaign_id) ?? [], committed_at);
    const tenant = lastBefore(tenantTerms, committed_at);
    return campaign && tenant ? [{ placement, campaign, tenant, earlier }] : [];
  });
}

export function lastBefore<T extends { readonly committed_at: number }>(
  changes: readonly T[],
  at: number,
): T | undefined {
  return changes.findLast(({ committed_at }) => committed_at < at);
}

export function nameOf({ dialer_job_id, phone_number, noted_at, committed_at }: Placement): string {
  const tookMs = Math.round(committed_at - noted_at);
  return (
    `the call of dialer job ${dialer_job_id} to ${phone_number}, written at ` +
    `${new Date(noted_at).toISOString()} and committed ${tookMs} ms later,`
  );
}

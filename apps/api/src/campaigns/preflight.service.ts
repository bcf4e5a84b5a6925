import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { campaignWords, type CampaignWords } from '#database/statements/engine/eligibility/first-words.js';
import { hoursTerms } from '#database/statements/engine/claim/calling-hours.js';
import { campaignSituation, type CampaignSituationRow } from '#database/statements/campaigns/campaign-situation.js';
import { findCampaign } from '#database/statements/campaigns/campaigns.js';
import { lockCampaign } from '#database/statements/engine/locks/lock-campaign.js';
import { missingVariables, preflight, type PreflightRow } from '#database/statements/engine/eligibility/preflight.js';
import { CallingHours, toHoursTerms } from '#dialer/claim/calling-hours.js';
import { RouteResolver } from '#dialer/routes/route-resolver.js';
import { mainZoneOf } from '#geography/number-zones.js';
import { finishTime } from '#rules/calling-hours/finish-time.js';
import { narrowedHours } from '#rules/calling-hours/narrowed-hours.js';
import { nextOpening, type HoursTerms } from '#rules/calling-hours/opening.js';
import { wordsObstacle, wordsWarnings } from '#rules/first-words/lacking-words.js';
import { groupBy } from '#rules/values/group-by.js';
import { areaKey } from '#rules/area/area.js';
import { preflightOf, type WaitingGroup } from '#rules/eligibility/preflight.js';
import { DomainError, DOMAIN_ERRORS } from '#rules/errors/domain-error.js';
import { templateWarnings, variablesIn, type KnownFields } from '#rules/template/template-findings.js';
import type { CampaignTexts } from '#rules/template/template.js';
import { textsSaid } from './campaign-texts.service.js';
import { knownFields } from './known-fields.js';
import { WIDEN_HOURS, type FirstWordsView, type NarrowedHoursView, type PreflightAnswer } from './preflight.dto.js';

interface OwnedCampaign {
  readonly tenantId: string;
  readonly campaignId: string;
}

/** Predicts what a campaign would do if it ran, by the gates that the engine asks. */
@Injectable()
export class PreflightService {
  constructor(
    private readonly database: Database,
    private readonly hours: CallingHours,
    private readonly routes: RouteResolver,
  ) {}

  async preflight(owned: OwnedCampaign): Promise<PreflightAnswer> {
    const campaign = await findCampaign(this.database, owned);
    if (!campaign) throw new DomainError('campaign_not_found');
    await this.lookUpAreas(owned);
    const rows = await this.database.transaction((sql) => preflight(sql, campaign.id));
    const [row, situation, words] = await Promise.all([
      hoursTerms(this.database, campaign.id),
      campaignSituation(this.database, owned),
      campaignWords(this.database, campaign.id),
    ]);
    if (!row || !situation || !words) throw new DomainError('campaign_not_found');
    const [terms, now] = [toHoursTerms(row), row.now];
    const { totals, reasons } = preflightOf(
      rows.map((waiting) => groupOf(waiting, terms, now)),
      now.getTime(),
    );
    const known = await knownFields(this.database, campaign.id);
    const said = textsSaid(campaign, words);
    return {
      campaign_id: campaign.id,
      contacts: totals,
      reasons: [...reasons],
      narrowed_hours: narrowedViews(rows, terms, now),
      line_obstacle: await this.routeObstacle(campaign.id),
      first_words: toWordsView(words),
      missing_variables: await this.missing(campaign.id, said, known),
      warnings: templateWarnings(said, known),
      ...estimate(rows, { terms, now, situation }),
    };
  }

  /** Looks up the areas of contacts, and computes their calling hours. */
  private async lookUpAreas(owned: OwnedCampaign): Promise<void> {
    for (let isMore = true; isMore;) {
      isMore = await this.database.transaction(async (sql) => {
        await lockCampaign(sql, owned);
        const areMore = await this.hours.lookUp(sql, owned.campaignId);
        if (!areMore) await this.hours.reckon(sql, owned.campaignId);
        return areMore;
      });
    }
  }

  private async routeObstacle(campaignId: string): Promise<PreflightAnswer['line_obstacle']> {
    const [obstacle] = await this.routes.obstaclesOf(this.database, campaignId);
    return obstacle ? { ...obstacle, detail: DOMAIN_ERRORS[obstacle.code] } : null;
  }

  /** Counts contacts without a value for a variable. Variables with a fallback are not counted. */
  private async missing(
    campaignId: string,
    texts: CampaignTexts,
    known: KnownFields,
  ): Promise<PreflightAnswer['missing_variables']> {
    const bare = variablesIn(texts).filter(({ isBare }) => isBare);
    const sought = bare.map(({ name }) => ({ variable: name, ...known.placesOf(name) }));
    if (sought.length === 0) return [];
    return this.database.transaction((sql) => missingVariables(sql, campaignId, sought));
  }
}

function toWordsView({ words, asked }: CampaignWords): FirstWordsView {
  const obstacle = wordsObstacle(words, asked);
  return {
    ...words,
    obstacle: obstacle && { code: 'no_disclosure', ...obstacle },
    warnings: wordsWarnings(words, asked),
  };
}

function groupOf(row: PreflightRow, terms: HoursTerms, now: Date): WaitingGroup {
  const opening = nextOpening(terms, row, now);
  return {
    contacts: row.contacts,
    shut: row.shut,
    dueAt: row.due_at,
    opensAt: opening ? opening.opensAt.getTime() : Infinity,
    isZoneUnknown: row.zones.length === 0 && opening === null,
  };
}

/** Lists areas whose several time zones narrow their hours. Contacts whose gate opens at no time are not counted. */
function narrowedViews(rows: readonly PreflightRow[], terms: HoursTerms, now: Date): NarrowedHoursView[] {
  const waiting = rows.filter((row) => row.due_at < Infinity && row.zones.length > 1);
  const areas = [...groupBy(waiting, areaKey).values()];
  const views = areas.flatMap(([area, ...others]): NarrowedHoursView[] => {
    const found = area ? narrowedHours(terms, area, { now, mainZone: mainZoneOf(area.country) }) : null;
    if (!area || !found) return [];
    const { clock, from, to, openMinutes: open_minutes, minutesInOneZone: minutes_in_one_zone } = found;
    const contacts = others.reduce((sum, row) => sum + row.contacts, area.contacts);
    const hours = { clock, from, to, open_minutes, minutes_in_one_zone };
    const { country, region, zones } = area;
    return [{ country, region, contacts, zones, ...hours, detail: WIDEN_HOURS }];
  });
  return views.toSorted((a, b) => b.contacts - a.contacts);
}

/** Estimates cost and finish time from the attempts so far. Hours are those of the area where most contacts are. */
function estimate(
  rows: readonly PreflightRow[],
  { terms, now, situation }: { terms: HoursTerms; now: Date; situation: CampaignSituationRow },
): Pick<PreflightAnswer, 'mean_attempt_seconds' | 'estimated_finish_at' | 'estimated_cost'> {
  const { ended_attempts: ended, slot_seconds, total_cost, slots } = situation;
  if (ended === 0) return { mean_attempt_seconds: null, estimated_finish_at: null, estimated_cost: null };
  const callable = rows.filter((row) => row.due_at < Infinity && nextOpening(terms, row, now) !== null);
  const contacts = callable.reduce((sum, row) => sum + row.contacts, 0);
  const mean = slot_seconds / ended;
  const main = callable.toSorted((a, b) => b.contacts - a.contacts)[0];
  const workSeconds = (contacts * mean) / slots;
  return {
    mean_attempt_seconds: Math.round(mean * 1000) / 1000,
    estimated_finish_at: main ? finishTime(terms, main, { now, workSeconds }) : now,
    estimated_cost: Math.round(((contacts * total_cost) / ended) * 10_000) / 10_000,
  };
}

import { seededRandom, type RandomNumbers } from '#rules/values/seeded-random.js';
import { pause } from '../../../apps/local/src/processes/patience.js';
import type { ChaosOptions } from '../options.js';
import type { ChaosDatabase } from '../plant/chaos-database.js';
import type { ApiCaller } from './api-caller.js';
import type { ChaosCampaign } from './campaign.js';
import { ChangeLog } from './changes.js';
import {
  drawCampaignEdit,
  drawTenantEdit,
  firstTerms,
  LIFTED,
  type CampaignEdit,
  type TenantEdit,
} from './drawn-terms.js';
import { ALWAYS_OPEN, ASKS_FOR_CONSENT } from './load-plan.js';
import { NumberChanges } from './number-changes.js';

/** Changes per lead: a number is listed, taken off again or opted out. */
const LISTINGS_PER_LEAD = 0.3;
const LEAST_LISTING_PAUSE_MS = 150;
const EDIT_PAUSE_MS = [500, 3_000] as const;
const CONSENT_PAUSE_MS = [100, 1_200] as const;
const FIRST_CONSENTS = 5;

interface Site {
  readonly caller: ApiCaller;
  readonly database: ChaosDatabase;
  readonly options: ChaosOptions;
  readonly campaigns: readonly ChaosCampaign[];
}

/** Changes who may be called, all the time while the faults go on. */
export class ComplianceLoad {
  private readonly log: ChangeLog;
  private readonly numbers: NumberChanges;
  private readonly consents: NumberChanges;
  private readonly random: RandomNumbers;

  constructor(private readonly site: Site) {
    const { seed } = site.options;
    this.log = new ChangeLog(site.caller);
    this.numbers = new NumberChanges(this.log, site.database, seededRandom(seed, 'listings'));
    this.consents = new NumberChanges(this.log, site.database, seededRandom(seed, 'consents'));
    this.random = seededRandom(seed, 'terms');
  }

  get changes(): ChangeLog['changes'] {
    return this.log.changes;
  }

  /**
   * Sets the first terms before the start, so that rules apply from the first call on. Gives the first consents where a
   * campaign asks for one.
   */
  async begin(): Promise<void> {
    const first = firstTerms(Date.now());
    await this.editTenant(first.tenant);
    for (const campaign of this.changing()) await this.editCampaign(campaign, first.campaign);
    for (let n = 0; n < FIRST_CONSENTS; n++) await this.consent();
  }

  async keepChanging(over: AbortSignal): Promise<void> {
    const { leads, minutes } = this.site.options;
    const listingMs = Math.max(LEAST_LISTING_PAUSE_MS, (minutes * 60_000) / (leads * LISTINGS_PER_LEAD));
    await Promise.all([
      this.repeat(over, [listingMs / 2, listingMs * 1.5], () => this.numbers.listOrRemove()),
      this.repeat(over, EDIT_PAUSE_MS, () => this.edit()),
      this.repeat(over, CONSENT_PAUSE_MS, () => this.consent()),
    ]);
  }

  /** Lifts the terms, so that every number may be called now that is not on the list for good. */
  async lift(): Promise<void> {
    await this.editTenant(LIFTED.tenant);
    for (const campaign of this.changing()) await this.editCampaign(campaign, LIFTED.campaign);
  }

  private async repeat(over: AbortSignal, [least, most]: readonly [number, number], act: () => Promise<void>) {
    const random = seededRandom(this.site.options.seed, `pauses of ${most}`);
    while (!over.aborted) {
      await pause(least + random() * (most - least), over);
      if (!over.aborted) await act();
    }
  }

  private async edit(): Promise<void> {
    if (this.random() < 0.3) return this.editTenant(drawTenantEdit(this.random));
    const changing = this.changing();
    const campaign = changing[Math.floor(this.random() * changing.length)];
    if (campaign) await this.editCampaign(campaign, drawCampaignEdit(this.random, Date.now()));
  }

  private changing(): ChaosCampaign[] {
    return this.site.campaigns.filter(({ terms }) => terms.name !== ALWAYS_OPEN && !isStopped(terms.name));
  }

  private editTenant(edit: TenantEdit): Promise<void> {
    return this.log.ask({ method: 'PATCH', path: '/tenant', body: edit }, { kind: 'tenant_terms', edit });
  }

  private editCampaign({ id: campaignId }: ChaosCampaign, edit: CampaignEdit): Promise<void> {
    const order = { method: 'PATCH', path: `/campaigns/${campaignId}`, body: edit } as const;
    return this.log.ask(order, { kind: 'campaign_terms', campaignId, edit });
  }

  private async consent(): Promise<void> {
    const asking = this.site.campaigns.find(({ terms }) => terms.name === ASKS_FOR_CONSENT);
    if (asking) await this.consents.consentOrRevoke(asking.id);
  }
}

function isStopped(name: string): boolean {
  return name.startsWith('Stopped');
}

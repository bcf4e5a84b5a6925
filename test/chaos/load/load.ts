import { randomBytes } from 'node:crypto';
import { seededRandom, type RandomNumbers } from '#rules/values/seeded-random.js';
import { pause } from '../../../apps/local/src/processes/patience.js';
import type { ChaosOptions } from '../options.js';
import type { Plant } from '../plant/plant.js';
import { ApiCaller } from './api-caller.js';
import { ChaosCampaign, type Acknowledged } from './campaign.js';
import { commandNow } from './commander.js';
import { ComplianceLoad } from './compliance.js';
import { hurry } from './hurry.js';
import { startAgain } from './restarts.js';
import { planLoad, type PlannedCampaign } from './load-plan.js';

const BATCH = 50;
const FIRST_SHARE = 0.3;
/** The rest is added while the faults go on, and is all there by then. */
const ADDED_BY = 0.7;
const PROBE_EVERY_MS = 400;
const HURRY_EVERY_MS = 1_500;
const COMMAND_PAUSE_MS = [200, 1_200] as const;

/** Load of the run: requests to the API, and everything that it answered. */
export class Load {
  readonly acknowledged: Acknowledged[] = [];
  readonly campaigns: ChaosCampaign[] = [];
  readonly caller: ApiCaller;
  readonly compliance: ComplianceLoad;
  private readonly random: RandomNumbers;
  private plans: PlannedCampaign[] = [];

  constructor(
    private readonly plant: Plant,
    private readonly options: ChaosOptions,
    private readonly signal: AbortSignal,
  ) {
    const email = `chaos-${randomBytes(6).toString('hex')}@example.com`;
    this.caller = new ApiCaller(plant.origin, email, signal);
    this.random = seededRandom(options.seed, 'commands');
    const { caller, campaigns } = this;
    this.compliance = new ComplianceLoad({ caller, campaigns, database: plant.database, options });
  }

  async begin(): Promise<void> {
    await this.caller.register();
    this.plans = planLoad(this.options);
    for (const { terms } of this.plans) this.campaigns.push(await this.newCampaign(terms));
    await this.fill(0, FIRST_SHARE, () => Promise.resolve());
    await this.compliance.begin();
    for (const campaign of this.campaigns) await campaign.inTurn(() => campaign.command('start'));
  }

  /** Does everything that goes on beside the faults, until `over`. */
  async keepBusy(over: AbortSignal): Promise<void> {
    await Promise.all([
      this.fillSlowly(over),
      this.giveCommands(over),
      this.compliance.keepChanging(over),
      this.probe(over),
      this.keepMoving(over),
    ]);
  }

  /** Keeps leads from waiting for hours; also after the faults. */
  async keepMoving(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      await pause(HURRY_EVERY_MS, over);
      for (const { id } of this.campaigns) await hurry(this.plant.database, id).catch(() => undefined);
    }
  }

  newCampaign(terms: PlannedCampaign['terms']): Promise<ChaosCampaign> {
    return ChaosCampaign.create(this.caller, terms, (acknowledged) => this.acknowledged.push(acknowledged));
  }

  private async fillSlowly(over: AbortSignal): Promise<void> {
    const batches = Math.ceil((this.options.leads * (1 - FIRST_SHARE)) / BATCH);
    const gapMs = (this.options.minutes * 60_000 * ADDED_BY) / batches;
    await this.fill(FIRST_SHARE, 1, () => pause(gapMs * this.random() * 2, over));
  }

  private async fill(from: number, to: number, rest: () => Promise<void>): Promise<void> {
    const batches = this.plans.flatMap(({ contacts }, index) => {
      const mine = contacts.slice(Math.round(from * contacts.length), Math.round(to * contacts.length));
      return Array.from({ length: Math.ceil(mine.length / BATCH) }, (_, n) => ({
        campaign: this.campaigns[index]!,
        place: n / mine.length,
        contacts: mine.slice(n * BATCH, (n + 1) * BATCH),
      }));
    });
    for (const { campaign, contacts } of batches.sort((a, b) => a.place - b.place)) {
      await rest();
      await campaign.add(contacts);
      await startAgain(campaign);
    }
  }

  private async giveCommands(over: AbortSignal): Promise<void> {
    const [least, most] = COMMAND_PAUSE_MS;
    for (let turn = 1; !over.aborted; turn++) {
      await pause(least + this.random() * (most - least), over);
      await commandNow(this, { turn, random: this.random, isRacing: this.options.faults.includes('F13'), over });
    }
  }

  /** Sends plain reads, so that slow and wrong answers are seen whatever else is asked. */
  private async probe(over: AbortSignal): Promise<void> {
    const paths = this.campaigns.flatMap(({ id }) => [`/campaigns/${id}`, `/campaigns/${id}/stats`]);
    for (let n = 0; !over.aborted; n++) {
      await this.caller.ask({ method: 'GET', path: paths[n % paths.length]! });
      await pause(PROBE_EVERY_MS, over);
    }
    this.signal.throwIfAborted();
  }
}

import { randomBytes } from 'node:crypto';
import { readConfig } from '#config/config.js';
import { openContext, type OpsContext } from '../../../apps/local/src/ops/ops-context.js';
import { runOps } from '../../../apps/local/src/ops/run-ops.js';
import { pause } from '../../../apps/local/src/processes/patience.js';
import type { CarrierCreate } from '../judge/carrier-log.js';
import { CarrierLogReader } from '../judge/carrier-log.js';
import type { Verdict } from '../judge/verdict.js';
import { LineTail } from '../line-tail.js';
import { ApiCaller } from '../load/api-caller.js';
import { ChaosCampaign } from '../load/campaign.js';
import { contactOf } from '../load/contacts.js';
import type { Plant } from '../plant/plant.js';
import { judgeRestores, type RestoreRound } from './restore-judge.js';
import { RESTORE_FORMS, type RestoreForm } from './restore-forms.js';

const CONTACTS = 60;
const SLOTS = 4;
const CALLED_BEFORE_BACKUP = 8;
const CALLED_AFTER_BACKUP = 12;
const OPT_OUTS = 5;
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 100;

/**
 * Time to watch, longer than a process takes to look at its database. A process that has not noticed the restore has
 * had its chance to dial.
 */
const WATCH_MS = 8_000;

/**
 * Restores a backup under a running campaign, in each form. The processes stay alive in one round; in the other they
 * are ended and started again.
 */
export class RestoreDrill {
  private readonly carrier = new CarrierLogReader();
  private readonly tail: LineTail;
  private readonly caller: ApiCaller;
  private nextNumber = 0;

  constructor(
    private readonly plant: Plant,
    private readonly site: { readonly note: (text: string) => void; readonly signal: AbortSignal },
  ) {
    this.tail = new LineTail(plant.carrierEventLog);
    const email = `restore-${randomBytes(6).toString('hex')}@example.com`;
    this.caller = new ApiCaller(plant.origin, email, site.signal);
  }

  async perform(): Promise<Verdict[]> {
    await this.caller.register();
    const rounds: RestoreRound[] = [];
    for (const form of RESTORE_FORMS)
      for (const isRestarted of [false, true]) {
        const name = `${form.name}, processes ${isRestarted ? 'started again' : 'alive'}`;
        this.site.note(`Restore: ${name} …`);
        rounds.push(await this.round(name, { form, isRestarted }));
      }
    return judgeRestores(rounds);
  }

  private async round(name: string, { form, isRestarted }: { form: RestoreForm; isRestarted: boolean }) {
    const numbers = Array.from({ length: CONTACTS }, () => this.drawNumber());
    const campaign = await this.startCampaign(name, numbers);
    await this.called(numbers, CALLED_BEFORE_BACKUP);
    const putBack = await form.makeBackup(this.plant);
    const backupAt = new Date();
    await this.called(numbers, CALLED_BEFORE_BACKUP + CALLED_AFTER_BACKUP);
    const optedOut = await this.optOut(numbers);
    if (isRestarted) await this.endProcesses();
    await putBack();
    const restoredAt = Date.now();
    if (isRestarted) this.startProcesses();
    const isNoticed = await this.isNoticed();
    await pause(WATCH_MS, this.site.signal);
    const releasedAt = Date.now();
    await this.operate(backupAt);
    const before = this.calledOf(numbers).size;
    await this.finish(campaign);
    const calledAfter = this.calledOf(numbers).size - before;
    return {
      name,
      creates: this.createsTo(numbers),
      optedOut,
      isNoticed,
      restoredAt,
      releasedAt,
      contacts: CONTACTS,
      calledAfter,
    };
  }

  /** Numbers of Ofcom's for drama, in Cardiff and London: no other campaign of a run calls them. */
  private drawNumber(): string {
    const n = this.nextNumber++;
    return `+44${n < 1000 ? '2920180' : '2079460'}${String(n % 1000).padStart(3, '0')}`;
  }

  private async startCampaign(name: string, numbers: readonly string[]): Promise<ChaosCampaign> {
    const terms = { name, maxConcurrentCalls: SLOTS, maxRetries: 0 };
    const campaign = await ChaosCampaign.create(this.caller, terms, () => undefined);
    await campaign.add(numbers.map((phone_number, n) => contactOf(n, phone_number, { isPoisoned: false })));
    await this.until('the campaign starts', async () => (await campaign.command('start'))?.status === 200);
    return campaign;
  }

  /** Puts some numbers that were not called yet on the do-not-call list. The log has them when this returns. */
  private async optOut(numbers: readonly string[]): Promise<Map<string, number>> {
    const called = this.calledOf(numbers);
    const asking = numbers.filter((number) => !called.has(number)).slice(-OPT_OUTS);
    const optedOut = new Map<string, number>();
    for (const phone_number of asking) {
      const { answeredAt } = await this.caller.insist({ method: 'POST', path: '/dnc', body: { phone_number } });
      optedOut.set(phone_number, answeredAt);
    }
    await this.until('the suppressions are logged', async () => {
      const [row] = await this.plant.database.query<{ n: number }>(`SELECT count(*)::int AS n FROM suppression_outbox`);
      return row?.n === 0;
    });
    return optedOut;
  }

  private async endProcesses(): Promise<void> {
    await Promise.all([this.plant.api, ...this.plant.workers.map(({ process }) => process)].map((app) => app.stop()));
  }

  private startProcesses(): void {
    for (const app of [this.plant.api, ...this.plant.workers.map(({ process }) => process)]) app.start();
  }

  private isNoticed(): Promise<boolean> {
    const noticed = this.until('the restore is noticed', async () => {
      const [row] = await this.plant.database.query<{ yes: boolean }>(
        `SELECT restored_at IS NOT NULL AS yes FROM installation`,
      );
      return row?.yes === true;
    });
    return noticed.then(
      () => true,
      () => false,
    );
  }

  /** Steps of an operator, by the commands of the documentation. */
  private async operate(backupAt: Date): Promise<void> {
    const config = readConfig(this.plant.environment);
    const context = await openContext(config, this.plant.postgres.url);
    try {
      await this.ops(context, 'replay-suppressions', '--yes');
      await this.ops(context, 'after-restore', '--backup-at', backupAt.toISOString(), '--yes');
      await this.ops(context, 'after-restore', '--release', '--resume', '--yes');
    } finally {
      await context.close();
    }
  }

  private async ops(context: OpsContext, ...argv: string[]): Promise<void> {
    const terminal = { print: this.site.note, complain: this.site.note };
    const code = await runOps(argv, (work) => work(context), terminal);
    if (code !== 0) this.site.note(`npm run ops -- ${argv.join(' ')} ended with ${code}`);
  }

  private async finish(campaign: ChaosCampaign): Promise<void> {
    await this.until('the campaign completes', async () => (await campaign.status()) === 'completed').catch(
      () => undefined,
    );
  }

  private async called(numbers: readonly string[], count: number): Promise<void> {
    await this.until(`${count} are called`, async () => this.calledOf(numbers).size >= count);
  }

  private calledOf(numbers: readonly string[]): Set<string> {
    return new Set(this.createsTo(numbers).map(({ to }) => to));
  }

  private createsTo(numbers: readonly string[]): CarrierCreate[] {
    this.carrier.read(this.tail.read());
    const wanted = new Set(numbers);
    return this.carrier.creates.filter(({ to }) => wanted.has(to));
  }

  /** A database that is away just now is asked again. */
  private async until(what: string, look: () => Promise<boolean>): Promise<void> {
    const giveUpAt = Date.now() + PATIENCE_MS;
    while (!(await look().catch(() => false))) {
      this.site.signal.throwIfAborted();
      if (Date.now() > giveUpAt) throw new Error(`Waited in vain until ${what}`);
      await pause(LOOK_EVERY_MS, this.site.signal);
    }
  }
}

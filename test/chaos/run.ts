import { sqlList } from '#database/statements/parts/sql-list.js';
import { LIVE_DIALER_JOB_STATUSES } from '#rules/attempt/dialer-job-status.js';
import { readFile } from 'node:fs/promises';
import { pause } from '../../apps/local/src/processes/patience.js';
import { Deadline } from './deadline.js';
import { FaultRunner } from './faults/fault-runner.js';
import { rollingRestart } from './faults/process-faults.js';
import { CarrierLogReader } from './judge/carrier-log.js';
import type { Evidence } from './judge/evidence.js';
import { readRows } from './judge/read-rows.js';
import { recoveries } from './judge/recovery.js';
import { withTrueTimes } from './judge/true-times.js';
import { judge } from './judge/verdict.js';
import { LineTail } from './line-tail.js';
import { StallWatch } from './stall-watch.js';
import { BacklogWatch } from './load/backlog.js';
import { lift } from './load/commander.js';
import { Load } from './load/load.js';
import { SOMEBODY_WAITS } from './load/restarts.js';
import type { ChaosOptions } from './options.js';
import type { Plant } from './plant/plant.js';
import type { Progress } from './report/progress.js';
import type { RunResult } from './report/report.js';

const TICK_MS = 200;

/**
 * Time without any change after which what is left counts as stuck. It is longer than a call is kept of which the
 * provider knows nothing: 25 s and 120 s.
 */
const STILL_MS = 210_000;
const LONGEST_DRAIN_MS = 600_000;

/** Load and faults together, then the drain, then the judgement. */
export class ChaosRun {
  private readonly carrier = new CarrierLogReader();
  private readonly tail: LineTail;
  private readonly load: Load;
  private readonly backlog: BacklogWatch;
  private readonly faults: FaultRunner;
  private readonly stalls = new StallWatch();

  constructor(
    private readonly plant: Plant,
    private readonly options: ChaosOptions,
    private readonly site: { readonly progress: Progress; readonly signal: AbortSignal },
  ) {
    this.tail = new LineTail(plant.carrierEventLog);
    this.load = new Load(plant, options, site.signal);
    this.backlog = new BacklogWatch(plant.database);
    this.faults = new FaultRunner(plant, options, {
      lastCreateAt: () => this.carrier.creates.at(-1)?.at ?? 0,
      hasBacklog: () => this.backlog.samples.at(-1)?.hasBacklog ?? false,
      onFault: ({ id, name, failure }) => failure && site.progress.note(`${id} ${name} could not be made: ${failure}`),
    });
  }

  async perform(): Promise<RunResult> {
    const { progress } = this.site;
    const ticking = setInterval(() => this.tick(), TICK_MS);
    try {
      progress.note('Adding leads …');
      await this.load.begin();
      const endedAt = await this.underFaults();
      progress.note('Faults are over; waiting for everything to end …');
      await this.drain();
      return await this.conclude(endedAt);
    } finally {
      clearInterval(ticking);
      this.backlog.stop();
      this.stalls.stop();
    }
  }

  private async underFaults(): Promise<number> {
    const { signal: over } = new Deadline(this.site.signal, this.options.minutes * 60_000);
    this.site.progress.note(`Faults for ${this.options.minutes} minutes …`);
    await Promise.all([this.load.keepBusy(over), this.faults.run(over)]);
    this.site.signal.throwIfAborted();
    return Date.now();
  }

  /**
   * Waits until all campaigns are over, or nothing has changed for `STILL_MS`. No failpoint is armed any more, and
   * nothing but the list keeps a number from being called.
   */
  private async drain(): Promise<void> {
    this.plant.disarm();
    this.plant.thawer.stop();
    await rollingRestart(this.plant);
    const drained = new AbortController();
    await this.load.compliance.lift();
    const moving = this.load.keepMoving(drained.signal);
    try {
      await this.untilStill();
    } finally {
      drained.abort();
      await moving;
    }
    this.site.signal.throwIfAborted();
  }

  private async untilStill(): Promise<void> {
    const startedAt = Date.now();
    let last = { state: '', at: startedAt };
    while (!this.site.signal.aborted && Date.now() - last.at < STILL_MS && Date.now() - startedAt < LONGEST_DRAIN_MS) {
      const { state, isOver } = await this.progressOfWork();
      if (isOver) return;
      if (state !== last.state) last = { state, at: Date.now() };
      await this.liftAll();
      await pause(TICK_MS * 5, this.site.signal);
    }
  }

  /** Lifts every pause, as an operator would. The circuit breaker may pause a campaign again. */
  private async liftAll(): Promise<void> {
    for (const campaign of this.load.campaigns) await campaign.inTurn(() => lift(campaign, 'resume'));
  }

  private async progressOfWork(): Promise<{ state: string; isOver: boolean }> {
    const [row] = await this.plant.database.query<{ state: string; open: number }>(WORK);
    return { state: row?.state ?? '', isOver: row?.open === 0 && this.carrier.live() === 0 };
  }

  private async conclude(endedAt: number): Promise<RunResult> {
    this.carrier.read(this.tail.read());
    const evidence = await this.evidence();
    const apps = [this.plant.api, ...this.plant.workers.map((worker) => worker.process)];
    return {
      evidence,
      verdicts: judge(evidence),
      recoveries: recoveries({ ...evidence, createTimes: this.carrier.creates.map(({ at }) => at), endedAt }),
      hits: this.plant.failpoints.hits,
      deaths: apps.flatMap((app) => app.deaths),
    };
  }

  private async evidence(): Promise<Evidence> {
    const log = (await readFile(this.plant.postgresLog, 'utf8')).split('\n');
    return {
      ...withTrueTimes(await readRows(this.plant.database), this.faults.records),
      carrier: this.carrier,
      acknowledgedContacts: new Map(this.load.campaigns.map(({ id, acknowledged }) => [id, acknowledged])),
      acknowledgedCommands: this.load.acknowledged,
      changes: this.load.compliance.changes,
      requests: this.load.caller.requests,
      faults: this.faults.records,
      freezes: this.plant.thawer.freezes,
      throws: this.plant.thawer.throws,
      delays: this.plant.thawer.delays,
      stalls: this.stalls.noted,
      backlog: this.backlog.samples,
      deadlocks: log.filter((line) => line.includes('deadlock detected')),
      misunderstood: log.filter((line) => / 42\w{3} (ERROR|FATAL): /.test(line)),
    };
  }

  private tick(): void {
    this.carrier.read(this.tail.read());
    const { creates } = this.carrier;
    const hits = [...this.plant.failpoints.hits.values()].reduce((sum, n) => sum + n, 0);
    const last = this.faults.records.at(-1);
    this.site.progress.tick(
      `${creates.length} create requests, ${this.carrier.live()} on the line, ${this.faults.records.length} faults` +
        `${last ? ` (${last.name})` : ''}, ${hits} failpoints hit`,
    );
  }
}

const WORK = `
  SELECT (SELECT count(*)::int FROM campaigns k
    WHERE status NOT IN ('running', 'completed', 'stopped') OR status = 'running' AND NOT (requires_consent
      AND NOT ${SOMEBODY_WAITS})
      OR status = 'completed' AND ${SOMEBODY_WAITS})
       + (SELECT count(*)::int FROM dialer_jobs WHERE status IN (${sqlList(LIVE_DIALER_JOB_STATUSES)})) AS open,
    (SELECT string_agg(status || n, ' ' ORDER BY status) FROM (SELECT status, count(*) AS n FROM leads GROUP BY 1) l)
    || (SELECT count(*) FROM calls WHERE ended_at IS NOT NULL) AS state`;

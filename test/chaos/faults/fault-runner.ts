import { seededRandom } from '#rules/values/seeded-random.js';
import { pause, whenAborted } from '../../../apps/local/src/processes/patience.js';
import type { ChaosOptions } from '../options.js';
import type { Plant } from '../plant/plant.js';
import type { Fault, FaultRecord } from './catalogue.js';
import { clockFaults } from './clock-faults.js';
import { databaseFaults } from './database-faults.js';
import { faultPlan, type Draw } from './fault-plan.js';
import { networkFaults } from './network-faults.js';
import { processFaults } from './process-faults.js';
import { queueFaults } from './queue-faults.js';

export interface FaultWatch {
  /** Time of the last create request at the carrier; `hasBacklog` tells whether anything waits to be dialed. */
  readonly lastCreateAt: () => number;
  readonly hasBacklog: () => boolean;
  readonly onFault: (record: FaultRecord) => void;
}

/**
 * Longest time for which the next fault waits until the system dials again. The wait shows a slow recovery to its end.
 */
const RECOVERY_PATIENCE_MS = 45_000;
const LOOK_EVERY_MS = 50;
const WARM_UP_MS = 3_000;

/** Makes one fault after the other until `over`, now and then two at once. Every fault is healed when `run` returns. */
export class FaultRunner {
  readonly records: FaultRecord[] = [];
  private readonly open = new Set<Promise<void>>();

  constructor(
    private readonly plant: Plant,
    private readonly options: ChaosOptions,
    private readonly watch: FaultWatch,
  ) {}

  async run(over: AbortSignal): Promise<void> {
    await pause(WARM_UP_MS, over);
    for (const draw of faultPlan(this.kinds(), seededRandom(this.options.seed, 'faults'))) {
      if (over.aborted) break;
      const made = this.make(draw, over);
      this.open.add(made);
      void made.finally(() => this.open.delete(made));
      if (draw.isJoined) await pause(draw.calmMs, over);
      else await Promise.all(this.open).then(() => this.recovered(draw, over));
    }
    await whenAborted(over);
    await Promise.all(this.open);
  }

  private kinds(): Fault[] {
    const random = seededRandom(this.options.seed, 'targets');
    const all = [
      ...processFaults(this.plant, random),
      ...databaseFaults(this.plant, random),
      ...queueFaults(this.plant),
      ...networkFaults(this.plant),
      ...clockFaults(this.plant),
    ];
    return all.filter(({ id, isCheap }) => this.options.faults.includes(id) && (isCheap || !this.options.isShort));
  }

  private async make({ fault, length }: Draw<Fault>, over: AbortSignal): Promise<void> {
    const startedAt = Date.now();
    let failure: string | null = null;
    try {
      await fault.inflict();
      if (fault.lastsMs) await pause(fault.lastsMs[0] + length * (fault.lastsMs[1] - fault.lastsMs[0]), over);
    } catch (error) {
      failure = String(error);
    }
    await fault.heal().catch((error: unknown) => (failure ??= String(error)));
    const { id, name, recoversFrom } = fault;
    const record = { id, name, recoversFrom, startedAt, healedAt: Date.now(), failure };
    this.records.push(record);
    this.watch.onFault(record);
  }

  private async recovered({ calmMs }: Draw<Fault>, over: AbortSignal): Promise<void> {
    const healedAt = Date.now();
    const isWaiting = () => this.watch.lastCreateAt() <= healedAt && this.watch.hasBacklog();
    while (isWaiting() && Date.now() - healedAt < RECOVERY_PATIENCE_MS && !over.aborted)
      await pause(LOOK_EVERY_MS, over);
    await pause(calmMs, over);
  }
}

import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Job, WorkerOptions } from 'bullmq';
import { setTimeout } from 'node:timers/promises';
import type { Config } from '#config/config.js';
import { Semaphore } from '#runtime/semaphore.js';
import { CallPlacer } from '#dialer/place/call-placer.js';
import { Pacer } from '#dialer/place/pacer.js';
import { DIAL_QUEUE, type DialPayload } from '#queue/dial-job.js';
import { DialQueue } from '#queue/dial-queue.js';
import { BLOCKING_READ_SECONDS, endWorker } from '#queue/queue-backend.js';
import { ProviderLease } from '../provider/provider-lease.js';
import { DelayedJobs } from './delayed-jobs.js';

export const WORKER_CONFIG = Symbol('WorkerConfig');

/**
 * Options of the BullMQ worker. `autorun: false`: `ProviderDuty` starts it. `maxStalledCount: 0`: BullMQ does not
 * repeat a job whose worker went silent, since the database knows its state.
 */
const WORKER_OPTIONS = {
  autorun: false,
  maxStalledCount: 0,
  lockDuration: 60_000,
  stalledInterval: 30_000,
  drainDelay: BLOCKING_READ_SECONDS,
  runRetryDelay: 1_000,
} as const satisfies Partial<WorkerOptions>;

/** BullMQ jobs at the same time. Each names several dialer jobs, and ends once all of them have begun. */
const MAX_QUEUE_JOBS = 10;

/**
 * Places the dialer jobs that BullMQ delivers.
 *
 * 1. Reserves a turn for each job: its route may allow only so many calls per second.
 * 2. A job whose turn lies ahead waits on a timer and occupies no concurrency slot.
 * 3. A job whose turn has come waits for a slot of the semaphore.
 * 4. A job whose turn has passed in the meantime reserves another one.
 * 5. Places the call. The sweeper republishes each job that this process has not placed.
 */
@Processor(DIAL_QUEUE, WORKER_OPTIONS)
export class DialProcessor extends WorkerHost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('DialProcessor');
  private readonly semaphore: Semaphore;
  private readonly delayed = new DelayedJobs();
  private isClosing = false;

  constructor(
    private readonly placer: CallPlacer,
    private readonly pacer: Pacer,
    private readonly queue: DialQueue,
    private readonly lease: ProviderLease,
    @Inject(WORKER_CONFIG) private readonly config: Config['worker'],
  ) {
    super();
    this.semaphore = new Semaphore(config.concurrency);
  }

  async onApplicationBootstrap(): Promise<void> {
    this.worker.concurrency = Math.min(MAX_QUEUE_JOBS, this.config.concurrency);
    await this.queue.liftPace().catch((error: unknown) => {
      this.logger.warn('Queue is unreachable; a rate limit that an earlier version set stays', { err: error });
    });
  }

  start(): void {
    if (this.worker.isPaused()) void this.worker.resume();
    else void this.worker.run().catch((error: Error) => this.onError(error));
  }

  pause(): void {
    void this.worker.pause(true);
  }

  /** Waits for calls that are being placed. Otherwise their answers would be lost, and have to be looked up. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isClosing = true;
    this.delayed.close();
    await endWorker(this.worker);
    await this.semaphore.idle();
  }

  /** Begins the jobs of one BullMQ job. If the process dies here, the sweeper republishes those that have not begun. */
  async process({ data }: Job<DialPayload>): Promise<void> {
    await this.processAtTurn(data.dialer_job_ids);
  }

  /** Begins jobs whose turn has come. Others wait on a timer, so that calls over other routes use the slots. */
  private async processAtTurn(dialerJobIds: readonly string[]): Promise<void> {
    const turns = await Promise.all(dialerJobIds.map((id) => this.pacer.turnOf(id)));
    const jobs = turns.map(({ waitMs, isReserved, endsAt }, index) => ({
      id: dialerJobIds[index]!,
      waitMs,
      turnEndsAt: isReserved ? endsAt : null,
    }));
    for (const { id, waitMs, turnEndsAt } of jobs)
      if (waitMs > 0) this.delayed.schedule(id, waitMs, () => void this.continueAfterWait(id, turnEndsAt));
    for (const { id, waitMs, turnEndsAt } of jobs) if (waitMs === 0) await this.begin(id, turnEndsAt ?? 0);
  }

  /** @param turnEndsAt null: the job has no turn yet and reserves one. */
  private async continueAfterWait(dialerJobId: string, turnEndsAt: number | null): Promise<void> {
    try {
      await (turnEndsAt === null ? this.processAtTurn([dialerJobId]) : this.begin(dialerJobId, turnEndsAt));
    } catch (error) {
      this.warnOfMissedTurn(dialerJobId, error);
    }
  }

  private begin(dialerJobId: string, turnEndsAt: number): Promise<void> {
    return this.semaphore.begin(() => this.placeInTurn(dialerJobId, turnEndsAt));
  }

  /**
   * Places a job within its turn. The turn may have passed while the job waited for a slot, or while the process was
   * frozen. The job then reserves another turn and waits for it, two or three seconds at most. It keeps its slot:
   * behind all other jobs, those of a slow account would never have their turn.
   *
   * If the database takes longer to answer than a turn lasts, the second turn is used although it has passed. The third
   * would have passed as well.
   */
  private async placeInTurn(dialerJobId: string, turnEndsAt: number): Promise<void> {
    try {
      for (let endsAt = turnEndsAt; performance.now() > endsAt && !this.isClosing;) {
        const turn = await this.pacer.turnOf(dialerJobId);
        if (!turn.isReserved)
          return this.delayed.schedule(dialerJobId, turn.waitMs, () => void this.continueAfterWait(dialerJobId, null));
        const isToldLate = performance.now() + turn.waitMs > turn.endsAt;
        await setTimeout(turn.waitMs);
        endsAt = isToldLate ? Infinity : turn.endsAt;
      }
      await this.place(dialerJobId);
    } catch (error) {
      this.warnOfMissedTurn(dialerJobId, error);
    }
  }

  /** Places the call, unless this process is closing or has lost the lease: another worker then places it. */
  private async place(dialerJobId: string): Promise<void> {
    if (this.isClosing || !this.lease.isOwner) return;
    try {
      await this.placer.place(dialerJobId);
    } catch (error) {
      this.logger.error('Dialer job was not placed', { dialer_job_id: dialerJobId, err: error });
    }
  }

  private warnOfMissedTurn(dialerJobId: string, error: unknown): void {
    this.logger.warn('Dialer job got no turn; the sweeper will republish it', {
      dialer_job_id: dialerJobId,
      err: error,
    });
  }

  @OnWorkerEvent('failed')
  onFailed(_job: Job<DialPayload> | undefined, error: Error): void {
    this.logger.warn('Queue dropped dialer jobs; the sweeper will republish them', { err: error });
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.logger.warn('Queue is unreachable', { err: error });
  }
}

import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Job } from 'bullmq';
import { setTimeout } from 'node:timers/promises';
import type { Config } from '#config/config.js';
import { foreignText } from '#runtime/foreign-text.js';
import { CallPlacer } from '#dialer/place/call-placer.js';
import { Pacer } from '#dialer/place/pacer.js';
import { DIAL_QUEUE, type DialPayload } from '#queue/dial-job.js';
import { DialQueue } from '#queue/dial-queue.js';
import { BLOCKING_READ_SECONDS, endWorker } from '#queue/queue-backend.js';
import { Gate } from './semaphore.js';
import { ProviderLease } from '../provider/provider-lease.js';
import { WaitingRoom } from './delayed-jobs.js';

export const WORKER_CONFIG = Symbol('WorkerConfig');

/**
 * `autorun: false`: `ProviderDuty` says when. `maxStalledCount: 0`: a job whose worker went silent is not run again by
 * BullMQ; the database knows how far it came.
 */
const WORKER_OPTIONS = {
  autorun: false,
  maxStalledCount: 0,
  lockDuration: 60_000,
  stalledInterval: 30_000,
  drainDelay: BLOCKING_READ_SECONDS,
  runRetryDelay: 1_000,
} as const;

/**
 * BullMQ jobs at the same time; each only rings a bell for several dialer jobs, and ends once all of them have begun.
 */
const MOST_BELLS = 10;

@Processor(DIAL_QUEUE, WORKER_OPTIONS)
export class DialProcessor extends WorkerHost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('DialProcessor');
  private readonly gate: Gate;
  private readonly room = new WaitingRoom();
  private isClosing = false;

  constructor(
    private readonly placer: CallPlacer,
    private readonly pacer: Pacer,
    private readonly queue: DialQueue,
    private readonly lease: ProviderLease,
    @Inject(WORKER_CONFIG) private readonly config: Config['worker'],
  ) {
    super();
    this.gate = new Gate(config.concurrency);
  }

  async onApplicationBootstrap(): Promise<void> {
    this.worker.concurrency = Math.min(MOST_BELLS, this.config.concurrency);
    await this.queue.liftPace().catch((error: unknown) => {
      this.logger.warn(
        `The queue is out of reach; a pace that an earlier version gave it stays: ${foreignText(error)}`,
      );
    });
  }

  start(): void {
    if (this.worker.isPaused()) void this.worker.resume();
    else void this.worker.run().catch((error: Error) => this.onError(error));
  }

  pause(): void {
    void this.worker.pause(true);
  }

  /** What is being placed is waited for: its answer would be lost with the process, and have to be asked for. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isClosing = true;
    this.room.close();
    await endWorker(this.worker);
    await this.gate.empty();
  }

  /** What a process that dies here has not begun is published again. */
  async process({ data }: Job<DialPayload>): Promise<void> {
    await this.attend(data.dialer_job_ids);
  }

  /** Whose turn has not come waits outside of the gate, so that calls over another line go through it meanwhile. */
  private async attend(dialerJobIds: readonly string[]): Promise<void> {
    const turns = await Promise.all(dialerJobIds.map((id) => this.pacer.turnOf(id)));
    const guests = turns.map(({ waitMs, isTaken, endsAt }, index) => ({
      id: dialerJobIds[index]!,
      waitMs,
      turnEndsAt: isTaken ? endsAt : null,
    }));
    for (const guest of guests)
      if (guest.waitMs > 0)
        this.room.admit(guest.id, guest.waitMs, () => void this.comeBack(guest.id, guest.turnEndsAt));
    for (const guest of guests) if (guest.waitMs === 0) await this.enter(guest.id, guest.turnEndsAt ?? 0);
  }

  /** Who has no turn (null) takes one. */
  private async comeBack(dialerJobId: string, turnEndsAt: number | null): Promise<void> {
    try {
      await (turnEndsAt === null ? this.attend([dialerJobId]) : this.enter(dialerJobId, turnEndsAt));
    } catch (error) {
      this.logger.warn(
        `Dialer job ${dialerJobId} was not given a turn and will be published again: ${foreignText(error)}`,
      );
    }
  }

  private async enter(dialerJobId: string, turnEndsAt: number): Promise<void> {
    await this.gate.admit(() => this.placeInTurn(dialerJobId, turnEndsAt));
  }

  /**
   * Whose turn is over, after a wait at the gate or in a process that stood still, takes another one and waits for it
   * inside, two or three seconds at most: sent back to the end of the line, a slow account's jobs would never get past
   * those of a line that has no pace. Where the database takes longer to answer than a turn lasts, the second turn is
   * used although it is over: so would be the third.
   */
  private async placeInTurn(dialerJobId: string, turnEndsAt: number): Promise<void> {
    try {
      for (let endsAt = turnEndsAt; performance.now() > endsAt && !this.isClosing;) {
        const turn = await this.pacer.turnOf(dialerJobId);
        if (!turn.isTaken)
          return this.room.admit(dialerJobId, turn.waitMs, () => void this.comeBack(dialerJobId, null));
        const isToldLate = performance.now() + turn.waitMs > turn.endsAt;
        await setTimeout(turn.waitMs);
        endsAt = isToldLate ? Infinity : turn.endsAt;
      }
      await this.place(dialerJobId);
    } catch (error) {
      this.logger.warn(
        `Dialer job ${dialerJobId} was not given a turn and will be published again: ${foreignText(error)}`,
      );
    }
  }

  /** What is not placed here is published again for whoever may. */
  private async place(dialerJobId: string): Promise<void> {
    if (this.isClosing || !this.lease.isHeld) return;
    try {
      await this.placer.place(dialerJobId);
    } catch (error) {
      this.logger.error(`Dialer job ${dialerJobId} was not placed: ${foreignText(error)}`);
    }
  }

  @OnWorkerEvent('failed')
  onFailed(_job: Job<DialPayload> | undefined, error: Error): void {
    this.logger.warn(
      `Dialer jobs were dropped by the queue and will be published again: ${foreignText(error.message)}`,
    );
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.logger.warn(`The queue is out of reach: ${foreignText(error.message)}`);
  }
}

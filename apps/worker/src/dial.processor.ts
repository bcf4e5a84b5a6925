import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Job } from 'bullmq';
import type { Config } from '#config/config.js';
import { CallPlacer, type PlaceOutcome } from '#dialer/call-placer.js';
import { DIAL_QUEUE, type DialPayload } from '#queue/dial-job.js';
import { DialQueue } from '#queue/dial-queue.js';

export const WORKER_CONFIG = Symbol('WorkerConfig');

/** `maxStalledCount: 0`: a job whose worker went silent is not run again by BullMQ; the database knows how far it came. */
const WORKER_OPTIONS = { maxStalledCount: 0, lockDuration: 60_000, stalledInterval: 30_000 } as const;

@Processor(DIAL_QUEUE, WORKER_OPTIONS)
export class DialProcessor extends WorkerHost implements OnApplicationBootstrap {
  private readonly logger = new Logger('DialProcessor');

  constructor(
    private readonly placer: CallPlacer,
    private readonly queue: DialQueue,
    @Inject(WORKER_CONFIG) private readonly config: Config['worker'],
  ) {
    super();
  }

  async onApplicationBootstrap(): Promise<void> {
    this.worker.concurrency = this.config.concurrency;
    await this.queue.limitRate(this.config.callsPerSecond);
  }

  process(job: Job<DialPayload>): Promise<PlaceOutcome> {
    return this.placer.place(job.data.dialer_job_id);
  }

  @OnWorkerEvent('failed')
  onFailed(job: Job<DialPayload> | undefined, error: Error): void {
    this.logger.error(`Dialer job ${job?.data.dialer_job_id ?? '(unknown)'} was not placed: ${error.message}`);
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.logger.warn(`The queue is out of reach: ${error.message}`);
  }
}

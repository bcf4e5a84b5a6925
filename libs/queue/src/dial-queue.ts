import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import type { JobsOptions, Queue } from 'bullmq';
import { withinTime } from '#runtime/with-timeout.js';
import { DIAL_QUEUE, dialJobId, type DialPayload } from './dial-job.js';

export interface Publication {
  readonly dialerJobId: string;
  /** 1 for the first time. */
  readonly publication: number;
}

/** Longest wait for the queue. After that the sweeper republishes the jobs. */
const PUBLISH_TIMEOUT_MS = 1_500;

/** Longest wait for a queue that did not answer the last time, so that the next caller waits less. */
const IMPATIENT_TIMEOUT_MS = 250;

/** BullMQ never retries a job, and keeps none: the database knows what became of its dialer jobs. */
const JOB_OPTIONS = { attempts: 1, removeOnComplete: true, removeOnFail: true } as const satisfies JobsOptions;

/** Longest wait for an operator's command. */
export const BY_HAND_TIMEOUT_MS = 10_000;
const EMPTY_TIMEOUT_MS = 30_000;

/** Dialer jobs in one BullMQ job. */
const DIALER_JOBS_PER_QUEUE_JOB = 25;

@Injectable()
export class DialQueue {
  private readonly logger = new Logger('DialQueue');
  private patienceMs = PUBLISH_TIMEOUT_MS;

  /** Logs errors of the queue. Without a listener BullMQ prints them, also before the other modules are ready. */
  constructor(@InjectQueue(DIAL_QUEUE) private readonly queue: Queue<DialPayload>) {
    queue.on('error', (error) => this.logger.warn('Queue is unreachable', { err: error }));
  }

  /**
   * Publishes dialer jobs together, several in one BullMQ job: each BullMQ job costs one or two commits.
   * @returns false if the queue could not be reached in time. The sweeper then republishes the jobs.
   */
  async publish(publications: readonly Publication[], patienceMs = this.patienceMs): Promise<boolean> {
    if (publications.length === 0) return true;
    const added = this.queue.addBulk(inGroups(publications).map(toBulkJob));
    added.then(
      () => (this.patienceMs = PUBLISH_TIMEOUT_MS),
      () => undefined,
    );
    try {
      await answered(added, patienceMs);
      return true;
    } catch (error) {
      this.patienceMs = IMPATIENT_TIMEOUT_MS;
      this.logger.warn('Dialer jobs could not be published; the sweeper will republish them', {
        dialer_jobs: publications.length,
        err: error,
      });
      return false;
    }
  }

  /**
   * Counts the BullMQ jobs of the queue, waiting or active.
   * @throws when the queue cannot be reached.
   */
  async size(): Promise<number> {
    const counts = await answered(this.queue.getJobCounts(), BY_HAND_TIMEOUT_MS);
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  /**
   * Removes every BullMQ job, active ones included. BullMQ pauses the queue for that, and it is resumed afterwards.
   * @throws when the queue cannot be reached.
   */
  async empty(): Promise<void> {
    try {
      await answered(this.queue.obliterate({ force: true }), EMPTY_TIMEOUT_MS);
    } finally {
      await this.queue.resume();
    }
  }

  /** Resolves when the queue answers. */
  async ping(): Promise<void> {
    await this.queue.getGlobalConcurrency();
  }

  /**
   * Removes the queue's rate limit, which earlier versions set and BullMQ remembers.
   * @throws when the queue cannot be reached.
   */
  async liftPace(): Promise<void> {
    await answered(Promise.resolve<unknown>(this.queue.removeGlobalRateLimit()), PUBLISH_TIMEOUT_MS);
  }
}

function inGroups(publications: readonly Publication[]): Publication[][] {
  const groups: Publication[][] = [];
  for (let at = 0; at < publications.length; at += DIALER_JOBS_PER_QUEUE_JOB)
    groups.push(publications.slice(at, at + DIALER_JOBS_PER_QUEUE_JOB));
  return groups;
}

/** Returns a BullMQ job for a group of publications. The first one gives it its id. */
function toBulkJob(group: readonly Publication[]) {
  const [first] = group as [Publication, ...Publication[]];
  return {
    name: 'dial',
    data: { dialer_job_ids: group.map(({ dialerJobId }) => dialerJobId) },
    opts: { ...JOB_OPTIONS, jobId: dialJobId(first.dialerJobId, first.publication) },
  };
}

function answered<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  return withinTime(milliseconds, work, () => new Error(`no answer within ${milliseconds} ms`));
}

import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { foreignText } from '#runtime/foreign-text.js';
import { DIAL_QUEUE, dialJobId, type DialPayload } from './dial-job.js';

export interface Publication {
  readonly dialerJobId: string;
  /** 1 for the first time. */
  readonly publication: number;
}

/** A queue that does not answer by then is left to the sweeper, which publishes again. */
const PUBLISH_TIMEOUT_MS = 1_500;

/** The same for one that has not answered the last time: somebody may have waited for that already. */
const IMPATIENT_TIMEOUT_MS = 250;

/** A BullMQ job is a doorbell: it is taken off the queue whatever comes of it, what happened is in the database. */
const JOB_OPTIONS = { attempts: 1, removeOnComplete: true, removeOnFail: true } as const;

/** For what an operator asks for by hand. */
export const BY_HAND_TIMEOUT_MS = 10_000;
const EMPTY_TIMEOUT_MS = 30_000;

/** Dialer jobs on one BullMQ job. */
const JOBS_PER_BELL = 25;

@Injectable()
export class DialQueue {
  private readonly logger = new Logger('DialQueue');
  private patienceMs = PUBLISH_TIMEOUT_MS;

  /** BullMQ prints what nobody listens to, and a queue that is away says so before the other modules are ready. */
  constructor(@InjectQueue(DIAL_QUEUE) private readonly queue: Queue<DialPayload>) {
    queue.on('error', (error) => this.logger.warn(`The queue is out of reach: ${foreignText(error.message)}`));
  }

  /**
   * Publishes dialer jobs, all at once, several on one BullMQ job: each of those costs a commit or two of its own.
   * @returns false when the queue could not be reached in time; the jobs are in the database and will be published
   * again.
   */
  async publish(publications: readonly Publication[], patienceMs = this.patienceMs): Promise<boolean> {
    if (publications.length === 0) return true;
    const added = this.queue.addBulk(inGroups(publications).map(toBulkJob));
    added.then(
      () => (this.patienceMs = PUBLISH_TIMEOUT_MS),
      () => undefined,
    );
    try {
      await withTimeout(added, patienceMs);
      return true;
    } catch (error) {
      this.patienceMs = IMPATIENT_TIMEOUT_MS;
      this.logger.warn(
        `${publications.length} dialer jobs could not be published and will be again: ${foreignText(error)}`,
      );
      return false;
    }
  }

  /** How many BullMQ jobs it has, waiting or taken. @throws when the queue cannot be reached. */
  async size(): Promise<number> {
    const counts = await withTimeout(this.queue.getJobCounts(), BY_HAND_TIMEOUT_MS);
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  /**
   * Removes every BullMQ job, also those that a worker has taken. BullMQ pauses the queue for that; then it runs again.
   * @throws when the queue cannot be reached.
   */
  async empty(): Promise<void> {
    try {
      await withTimeout(this.queue.obliterate({ force: true }), EMPTY_TIMEOUT_MS);
    } finally {
      await this.queue.resume();
    }
  }

  /** Resolves when the queue answers. */
  async ping(): Promise<void> {
    await this.queue.getGlobalConcurrency();
  }

  /**
   * Earlier versions had BullMQ hand its jobs out so many a second, and it remembers that. @throws when the queue
   * cannot be reached.
   */
  async liftPace(): Promise<void> {
    await withTimeout(Promise.resolve<unknown>(this.queue.removeGlobalRateLimit()), PUBLISH_TIMEOUT_MS);
  }
}

function inGroups(publications: readonly Publication[]): Publication[][] {
  const groups: Publication[][] = [];
  for (let at = 0; at < publications.length; at += JOBS_PER_BELL)
    groups.push(publications.slice(at, at + JOBS_PER_BELL));
  return groups;
}

/** The first of a group gives the BullMQ job its id. */
function toBulkJob(group: readonly Publication[]) {
  const [first] = group as [Publication, ...Publication[]];
  return {
    name: 'dial',
    data: { dialer_job_ids: group.map(({ dialerJobId }) => dialerJobId) },
    opts: { ...JOB_OPTIONS, jobId: dialJobId(first.dialerJobId, first.publication) },
  };
}

async function withTimeout<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

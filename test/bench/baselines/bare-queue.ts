import { Worker } from 'bullmq';
import { useQueueBackend } from '#queue/queue-backend.js';
import { answerParent, type BaselineTask } from './child.js';
import { filledQueue } from './filled-queue.js';
import { RateMeter } from './rate-meter.js';

const QUEUE = 'bench-bare';
const WARM_UP_SECONDS = 0.5;

answerParent(bareQueueRate);

/** BullMQ with nothing to do: jobs per second of one worker whose processor returns at once. */
async function bareQueueRate(task: BaselineTask): Promise<number> {
  const connection = useQueueBackend(task, 'consumer');
  await filledQueue(
    QUEUE,
    Array.from({ length: task.jobs }, (_, index) => ({ index })),
    connection,
  );
  const meter = new RateMeter({ things: task.jobs, warmUpSeconds: WARM_UP_SECONDS, seconds: task.seconds });
  const worker = new Worker(QUEUE, async () => undefined, { connection, concurrency: task.concurrency });
  worker.on('completed', () => meter.count());
  return meter.rate;
}

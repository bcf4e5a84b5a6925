import { Queue, type ConnectionOptions } from 'bullmq';

const CHUNK = 1_000;

/** A queue of its own with one job per payload in it. */
export async function filledQueue(
  name: string,
  payloads: readonly unknown[],
  connection: ConnectionOptions,
): Promise<Queue> {
  const queue = new Queue(name, { connection });
  await queue.obliterate({ force: true });
  for (let from = 0; from < payloads.length; from += CHUNK) {
    const chunk = payloads.slice(from, from + CHUNK);
    await queue.addBulk(
      chunk.map((data) => ({ name: 'job', data, opts: { removeOnComplete: true, removeOnFail: true } })),
    );
  }
  return queue;
}

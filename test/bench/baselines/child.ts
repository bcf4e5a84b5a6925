import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** BullMQ keeps its backend in a process-wide default, so each baseline that uses it is a process of its own. */
export type BaselineName = 'bare-queue' | 'plain-way';

export interface BaselineTask {
  readonly databaseUrl: string;
  readonly redisUrl: string | null;
  readonly concurrency: number;
  /** Put into the queue before the first is taken out. */
  readonly jobs: number;
  readonly seconds: number;
}

/** @returns jobs per second. */
export async function runBaseline(name: BaselineName, task: BaselineTask): Promise<number> {
  const child = fork(fileURLToPath(new URL(`./${name}.js`, import.meta.url)), { detached: true });
  const exited = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${name} ended with ${String(code)}`)));
  try {
    child.send(task);
    const [rate] = (await Promise.race([once(child, 'message'), exited])) as [number];
    return rate;
  } finally {
    exited.catch(() => undefined);
    child.kill('SIGKILL');
  }
}

/** The child's side: does the one task that it is sent, and ends with its parent. */
export function answerParent(work: (task: BaselineTask) => Promise<number>): void {
  process.once('disconnect', () => process.exit());
  process.once('message', (task) => {
    void work(task as BaselineTask).then((rate) => process.send?.(rate), failed);
  });
}

function failed(error: unknown): void {
  console.error(error);
  process.exit(1);
}

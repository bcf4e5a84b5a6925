import { Agent, request } from 'node:http';
import { wait } from '../wait.js';

export interface Letter {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface LoadAnswers {
  /** Letters answered per second, from the first that was sent to the last answer. */
  readonly perSecond: number;
  /** Latency of each letter, counted from the moment when it was due: a letter that waits is late too. */
  readonly latenciesMs: readonly number[];
  /** Number of answers by status; 0 stands for no answer. */
  readonly statuses: ReadonlyMap<number, number>;
}

const SEND_EVERY_MS = 5;

/**
 * Posts letters at a steady pace, whether or not the earlier ones are answered, and waits for all answers. A provider
 * has as many connections as it wants.
 */
export async function postSteadily(
  origin: string,
  letters: readonly Letter[],
  { perSecond, signal }: { perSecond: number; signal: AbortSignal },
): Promise<LoadAnswers> {
  const agent = new Agent({ keepAlive: true });
  const statuses = new Map<number, number>();
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  const post = async (letter: Letter, dueAt: number) => {
    const status = await postOne(agent, origin, letter);
    latenciesMs.push(performance.now() - dueAt);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  };
  const posted: Promise<void>[] = [];
  while (posted.length < letters.length) {
    const due = Math.min(letters.length, Math.floor(((performance.now() - startedAt) * perSecond) / 1000));
    for (let n = posted.length; n < due; n++) posted.push(post(letters[n]!, startedAt + (1000 * n) / perSecond));
    await wait(SEND_EVERY_MS, signal);
  }
  await Promise.all(posted);
  const elapsedMs = performance.now() - startedAt;
  agent.destroy();
  return { perSecond: (1000 * letters.length) / elapsedMs, latenciesMs, statuses };
}

function postOne(agent: Agent, origin: string, { path, headers, body }: Letter): Promise<number> {
  return new Promise((resolve) => {
    const options = { agent, method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) } };
    const sent = request(`${origin}${path}`, options, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    });
    sent.once('error', () => resolve(0));
    sent.end(body);
  });
}

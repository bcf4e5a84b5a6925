import type { Database } from '#database/connection/database.js';
import { countQueuedJobs, lockQueuedJobs } from '#database/statements/engine/claim/queued-jobs.js';
import { postponeChecks } from '#database/statements/engine/sweep/sweep.js';
import { laterCheck, nextPublication } from '#dialer/publish/publication.js';
import { BY_HAND_TIMEOUT_MS, type Publication } from '#queue/dial-queue.js';
import { textTable } from '../demo/text-table.js';
import { done, refused, UsageError, YES, type OpsCommand, type OpsReport } from './ops-command.js';
import type { OpsDesk } from './ops-context.js';

const BATCH_SIZE = 200;

export const REBUILD_QUEUE: OpsCommand = {
  name: 'rebuild-queue',
  usage: '[--yes]',
  summary: 'Empties the dial queue and publishes every queued dialer job again.',
  options: YES,
  prepare({ positionals, flags }) {
    if (positionals.length > 0) throw new UsageError(`rebuild-queue takes no id: "${positionals[0]}" is too much.`);
    return (desk) => rebuildIfReachable(desk, flags.has('yes'));
  },
};

async function rebuildIfReachable(desk: OpsDesk, isMeant: boolean): Promise<OpsReport> {
  const size = await desk.queue.size().catch((error: unknown) => new QueueAway(error));
  if (size instanceof QueueAway) return refused(size.message);
  return isMeant ? rebuild(desk, size) : foretell(desk, size);
}

async function foretell({ database }: OpsDesk, size: number): Promise<OpsReport> {
  const queued = await countQueuedJobs(database);
  const total = queued.reduce((sum, { n }) => sum + n, 0);
  return done(
    `In the queue: ${size}. Dialer jobs that would be published after it was emptied: ${total}.`,
    ...(total > 0
      ? [
          textTable(
            ['campaign', 'queued'],
            queued.map(({ campaign_id, n }) => [campaign_id, n]),
            { hasTotals: false },
          ),
        ]
      : []),
    'Nothing is changed; add --yes to do it.',
  );
}

/** A worker that has already taken one of the jobs goes on with it: the database decides who dials, not the queue. */
async function rebuild({ database, queue }: OpsDesk, size: number): Promise<OpsReport> {
  const emptied = await queue.empty().catch((error: unknown) => new QueueAway(error));
  if (emptied instanceof QueueAway) return refused(emptied.message);
  let published = 0;
  for (let after: string | null = null; ;) {
    const batch = await nextPublications(database, after);
    if (!(await queue.publish(batch, BY_HAND_TIMEOUT_MS)))
      return refused(`Published ${published}; the sweeper will publish the others.`);
    published += batch.length;
    after = batch.at(-1)?.dialerJobId ?? null;
    if (batch.length < BATCH_SIZE) return done(`Removed from the queue: ${size}. Dialer jobs published: ${published}.`);
  }
}

/** Counted before they are published: should that fail, the sweeper goes on with the number after this. */
function nextPublications(database: Database, after: string | null): Promise<Publication[]> {
  return database.transaction(async (sql) => {
    const jobs = await lockQueuedJobs(sql, { after, limit: BATCH_SIZE });
    await postponeChecks(
      sql,
      jobs.map((job) => laterCheck(job, { isPublished: true })),
    );
    return jobs.map(nextPublication);
  });
}

class QueueAway {
  readonly message: string;

  constructor(error: unknown) {
    this.message = `The queue is out of reach (${error instanceof Error ? error.message : String(error)}).`;
  }
}

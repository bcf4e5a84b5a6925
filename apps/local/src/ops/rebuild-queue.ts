import type { Database } from '#database/connection/database.js';
import { countQueuedJobs, lockQueuedJobs } from '#database/statements/engine/claim/queued-jobs.js';
import { postponeChecks } from '#database/statements/engine/sweep/sweep.js';
import { laterCheck, nextPublication } from '#dialer/publish/publication.js';
import { BY_HAND_TIMEOUT_MS, type Publication } from '#queue/dial-queue.js';
import { textTable } from '../demo/text-table.js';
import { messageOf } from '../processes/start-error.js';
import { done, refused, UsageError, YES, type OpsCommand, type OpsReport } from './ops-command.js';
import type { OpsContext } from './ops-context.js';

const BATCH_SIZE = 200;

export const REBUILD_QUEUE: OpsCommand = {
  name: 'rebuild-queue',
  usage: '[--yes]',
  summary: 'Empties the dial queue and publishes every queued dialer job again.',
  options: YES,
  prepare({ positionals, flags }) {
    if (positionals.length > 0) throw new UsageError(`rebuild-queue has no id: "${positionals[0]}" is too much.`);
    return (context) => rebuildIfReachable(context, flags.has('yes'));
  },
};

async function rebuildIfReachable(context: OpsContext, isMeant: boolean): Promise<OpsReport> {
  const size = await context.queue.size().catch((error: unknown) => new QueueAway(error));
  if (size instanceof QueueAway) return refused(size.message);
  return isMeant ? rebuild(context, size) : foretell(context, size);
}

async function foretell({ database }: OpsContext, size: number): Promise<OpsReport> {
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

/**
 * Empties the queue and publishes all jobs. A worker that has already received a job continues with it: the database
 * decides who dials.
 */
async function rebuild({ database, queue }: OpsContext, size: number): Promise<OpsReport> {
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

/** Counts the publications before they are sent. If sending fails, the sweeper continues with the next number. */
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
    this.message = `The queue is unreachable (${messageOf(error)}).`;
  }
}

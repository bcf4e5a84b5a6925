import { Injectable } from '@nestjs/common';
import { acrossTenants } from '#database/actor.js';
import { Database } from '#database/database.js';
import { readRestored } from '#database/statements/engage-restored.js';
import { readSuppressionBacklog } from '#database/statements/suppression-outbox.js';
import { DialQueue } from '#queue/dial-queue.js';

type Health = 'ok' | 'unavailable';

export interface ReadinessReport {
  readonly database: Health;
  readonly queue: Health;
  /** Until an operator releases a database that was restored from a backup, nothing is dialed. */
  readonly isRestored: boolean;
  /** Lines for SUPPRESSION_LOG have waited for more than a minute. */
  readonly isLogBehind: boolean;
}

const PATIENCE_MS = 1_500;

@Injectable()
export class Readiness {
  constructor(
    private readonly database: Database,
    private readonly queue: DialQueue,
  ) {}

  async check(): Promise<ReadinessReport> {
    const asked = acrossTenants(() => readRestored(this.database));
    const [database, queue] = await Promise.all([health(asked), health(this.queue.ping())]);
    const isRestored = database === 'ok' && (await asked) !== undefined;
    const isLogBehind = database === 'ok' && (await this.isLogBehind());
    return { database, queue, isRestored, isLogBehind };
  }

  /** Asked of a database that has just answered; one that does no more is told the next time. */
  private isLogBehind(): Promise<boolean> {
    return acrossTenants(() => readSuppressionBacklog(this.database)).then(
      ({ is_behind }) => is_behind,
      () => false,
    );
  }
}

async function health(probe: Promise<unknown>): Promise<Health> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<Health>((resolve) => {
    timer = setTimeout(() => resolve('unavailable'), PATIENCE_MS);
  });
  const answer = probe.then<Health, Health>(
    () => 'ok',
    () => 'unavailable',
  );
  return Promise.race([answer, silence]).finally(() => clearTimeout(timer));
}

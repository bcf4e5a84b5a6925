import { Injectable } from '@nestjs/common';
import { logState, type LogState } from '#runtime/log-output.js';
import { withTimeout } from '#runtime/with-timeout.js';
import { acrossTenants } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { readRestored } from '#database/statements/ops/engage-restored.js';
import { isDiskFull, isReadOnly } from '#database/connection/postgres-error.js';
import { tryWriting } from '#database/statements/ops/try-writing.js';
import { readSuppressionBacklog } from '#database/statements/people/suppression-outbox.js';
import { DialQueue } from '#queue/dial-queue.js';

type Health = 'ok' | 'unavailable';
/** Tells whether a database that answers can also be written. */
type Writability = 'ok' | 'full' | 'read_only' | 'unwritable';

export interface ReadinessReport {
  readonly database: Health | Writability;
  readonly queue: Health;
  /** True until an operator releases a database that was restored from a backup; nothing is dialed meanwhile. */
  readonly isRestored: boolean;
  /** Lines for SUPPRESSION_LOG have waited for more than a minute. */
  readonly isLogBehind: boolean;
  /** Tells whether this process can write its log. */
  readonly log: LogState;
}

const PATIENCE_MS = 1_500;

/** Shortest time between two tries to write. A try is made only for a request. */
const WRITING_TRIED_EVERY_MS = 10_000;

@Injectable()
export class Readiness {
  private running: Promise<ReadinessReport> | undefined;
  private lastTry: { readonly at: number; readonly found: Promise<Writability> } | undefined;

  constructor(
    private readonly database: Database,
    private readonly queue: DialQueue,
  ) {}

  /**
   * Checks the process once for all requests that arrive meanwhile. They need no login, and a check takes four
   * statements.
   */
  check(): Promise<ReadinessReport> {
    this.running ??= this.look().finally(() => (this.running = undefined));
    return this.running;
  }

  private async look(): Promise<ReadinessReport> {
    const asked = acrossTenants(() => readRestored(this.database));
    const [database, queue] = await Promise.all([health(asked), health(this.queue.ping())]);
    const log = logState();
    if (database !== 'ok') return { database, queue, isRestored: false, isLogBehind: false, log };
    const [isLogBehind, writability] = await Promise.all([
      withinDeadline(this.isLogBehind()),
      withinDeadline(this.writability()),
    ]);
    const isRestored = (await asked) !== undefined;
    return { database: writability, queue, isRestored, isLogBehind: isLogBehind === true, log };
  }

  private writability(): Promise<Writability> {
    const now = performance.now();
    if (this.lastTry === undefined || now - this.lastTry.at >= WRITING_TRIED_EVERY_MS) {
      this.lastTry = { at: now, found: tryToWrite(this.database) };
    }
    return this.lastTry.found;
  }

  /** Asks a database that has just answered. If it fails now, the next check tells. */
  private isLogBehind(): Promise<boolean> {
    return acrossTenants(() => readSuppressionBacklog(this.database)).then(
      ({ is_behind }) => is_behind,
      () => false,
    );
  }
}

function tryToWrite(database: Database): Promise<Writability> {
  return acrossTenants(() => tryWriting(database)).then(
    (isForReading) => (isForReading ? 'read_only' : 'ok'),
    (error: unknown) => (isDiskFull(error) ? 'full' : isReadOnly(error) ? 'read_only' : 'unwritable'),
  );
}

function health(probe: Promise<unknown>): Promise<Health> {
  return withinDeadline(
    probe.then<Health, Health>(
      () => 'ok',
      () => 'unavailable',
    ),
  );
}

/** Waits for `answer` no longer than a probe waits for its own. */
function withinDeadline<Found>(answer: Promise<Found>): Promise<Found | 'unavailable'> {
  return withTimeout(PATIENCE_MS, answer, 'unavailable');
}

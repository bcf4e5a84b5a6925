import type { INestApplicationContext } from '@nestjs/common';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '#config/settings.js';
import { CallPlacer } from '#dialer/place/call-placer.js';
import { Dispatcher } from '#dialer/publish/dispatcher.js';
import { DatabasePoll } from '#database/watch/database-poll.js';
import { AT_ANY_HOUR, dramaNumber } from '../../support/running-api.js';
import { ObedientCarrier } from '../../support/obedient-carrier.js';
import { RestorablePostgres } from '../../support/restorable-postgres.js';
import { startWorker } from '../../support/running-worker.js';
import { testConfig } from '../../support/test-config.js';
import { until } from '../../support/until.js';

/** A worker on a database that is going to be restored, and a directory that outlives it. */
export class RestoreSite {
  readonly carrier = new ObedientCarrier();
  private worker: INestApplicationContext | null = null;

  private constructor(
    readonly postgres: RestorablePostgres,
    readonly dataDir: string,
  ) {}

  static async open(): Promise<RestoreSite> {
    const postgres = await RestorablePostgres.start();
    const dataDir = await mkdtemp(join(tmpdir(), 'outdial-memory-'));
    return new RestoreSite(postgres, dataDir);
  }

  /** @param environment of this life. */
  async startWorker(environment: Environment = {}): Promise<INestApplicationContext> {
    const settings = { OUTDIAL_DATA_DIR: this.dataDir, ...environment };
    this.worker = await startWorker(testConfig(this.postgres.url, settings), this.carrier);
    return this.worker;
  }

  async stopWorker(): Promise<void> {
    await this.worker?.close();
    this.worker = null;
  }

  /** Adds a running campaign of many leads, of which a few may be called at a time. */
  async addCampaign(): Promise<string> {
    await this.postgres.query(
      `INSERT INTO tenants (id, business_name, uses_rule_packs) VALUES ('t', 'Example Voice Ltd', false)`,
    );
    const [campaign] = await this.postgres.query<{ id: string }>(
      `INSERT INTO campaigns (tenant_id, name, status, system_prompt, voice_id, max_concurrent_calls, calling_window)
       VALUES ('t', 'Renewals', 'running', 'Ask.', 'aria', 3, $1) RETURNING id`,
      [AT_ANY_HOUR],
    );
    const numbers = Array.from({ length: 40 }, (_, n) => dramaNumber(n));
    await this.postgres.query(
      `INSERT INTO leads (tenant_id, campaign_id, phone_number, number_key, next_attempt_at)
       SELECT 't', $1, n, n, now() - interval '1 second' FROM unnest($2::text[]) n`,
      [campaign!.id, numbers],
    );
    return campaign!.id;
  }

  /** Waits until so many calls have been placed. */
  async dialed(count: number): Promise<void> {
    await until(`${count} calls were placed`, async () => this.carrier.requests.length >= count);
  }

  /** Ends all live calls, so that the next leads are dialed. */
  async endCalls(): Promise<void> {
    const jobs = await this.postgres.query<{ id: string }>(
      `UPDATE dialer_jobs SET status = 'succeeded', check_at = NULL, finished_at = now()
       WHERE status IN ('active', 'dialing') RETURNING id`,
    );
    await this.postgres.query(
      `UPDATE calls SET status = 'completed', outcome = 'reached', ended_at = now() WHERE dialer_job_id = ANY($1)`,
      [jobs.map(({ id }) => id)],
    );
    await this.postgres.query(
      `UPDATE leads SET status = 'completed' WHERE id IN (SELECT lead_id FROM dialer_jobs WHERE id = ANY($1))`,
      [jobs.map(({ id }) => id)],
    );
    await this.postgres.query(`UPDATE campaigns SET wake_at = now() WHERE status = 'running'`);
  }

  /** Ends the live calls and lets three more people be dialed. */
  async dialOn(): Promise<void> {
    await this.endCalls();
    await this.dialed(6);
  }

  /** Notes, while nothing is dialed, that a person asks not to be called. A backup from before must not undo it. */
  async optOut(): Promise<void> {
    await this.postgres.query(
      `INSERT INTO dnc_entries (tenant_id, phone_number, number_key, source)
       VALUES ('t', '+442079460030', '+442079460030', 'opt_out')`,
    );
  }

  /** Dials three people, takes a backup, and lets what `meanwhile` does happen before the backup is put back. */
  async restoreAfter(kind: RestoreKind, meanwhile: () => Promise<void>): Promise<void> {
    await this.dialed(3);
    const putBack = await kind.back(this.postgres);
    await meanwhile();
    await putBack();
  }

  /**
   * Tries all that claims and places, as the sweeper and the queue would. A worker that is cut off now is asked again.
   */
  async tryToDial(worker: INestApplicationContext, campaignId: string): Promise<void> {
    await until('the database answers', () =>
      worker
        .get(DatabasePoll)
        .look()
        .then(
          () => true,
          () => false,
        ),
    );
    await worker.get(Dispatcher).dispatch(campaignId);
    const queued = await this.postgres.query<{ id: string }>(`SELECT id FROM dialer_jobs WHERE status = 'queued'`);
    for (const { id } of queued) await worker.get(CallPlacer).place(id);
  }

  async standing(): Promise<{ signs: string[] | null; reason: string | null; campaign: string; engaged: number }> {
    const [row] = await this.postgres.query<{ signs: string[]; reason: string; campaign: string; engaged: number }>(
      `SELECT restore_signs AS signs, dialing_halted_reason AS reason,
         (SELECT status || ' ' || coalesce(status_reason, '') FROM campaigns) AS campaign,
         (SELECT count(*)::int FROM audit_log WHERE action = 'kill_switch.engage') AS engaged FROM installation`,
    );
    return row!;
  }

  async counter(): Promise<number> {
    const [row] = await this.postgres.query<{ n: string }>(`SELECT n FROM dialing_counter`);
    return Number(row!.n);
  }

  /** Calls of one second raise the counter once, when it is over: waits until those since `before` have. */
  async isMarked(before: number): Promise<void> {
    await until('the calls are marked', async () => (await this.counter()) > before);
  }

  async jobs(): Promise<number> {
    const [row] = await this.postgres.query<{ n: number }>(`SELECT count(*)::int AS n FROM dialer_jobs`);
    return row!.n;
  }

  async close(): Promise<void> {
    await this.stopWorker();
    await this.postgres.discard();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

/** A way to take a backup, and to put it back. */
export interface RestoreKind {
  readonly name: string;
  back(postgres: RestorablePostgres): Promise<() => Promise<void>>;
}

export const RESTORE_KINDS = {
  directory: {
    name: "the server's stopped directory copied back",
    back: async (postgres) => {
      const copy = await postgres.copyDirectory();
      return async () => {
        await postgres.putBackDirectory(copy);
        await rm(copy, { recursive: true, force: true });
      };
    },
  },
  pointInTime: {
    name: 'a copied directory recovered to a new timeline',
    back: async (postgres) => {
      const copy = await postgres.copyDirectory();
      return async () => {
        await postgres.putBackDirectory(copy, { asNewTimeline: true });
        await rm(copy, { recursive: true, force: true });
      };
    },
  },
  template: {
    name: 'a copy in the same server renamed into place',
    back: async (postgres) => {
      await postgres.copyDatabase('backup');
      return () => postgres.putBackDatabase('backup');
    },
  },
  rows: {
    name: 'a dump loaded into the same database',
    back: async (postgres) => {
      const dump = await postgres.dump();
      return () => postgres.load(dump);
    },
  },
  anotherServer: {
    name: 'a dump loaded into another server',
    back: async (postgres) => {
      const dump = await postgres.dump();
      return () => postgres.loadIntoAnotherServer(dump);
    },
  },
} as const satisfies Record<string, RestoreKind>;

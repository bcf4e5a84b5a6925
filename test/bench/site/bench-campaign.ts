import { sqlList } from '#database/statements/parts/sql-list.js';
import { LIVE_DIALER_JOB_STATUSES } from '#rules/attempt/dialer-job-status.js';
import { LIVE_CALL_STATUSES } from '#rules/call/call-status.js';
import { until } from '../../support/until.js';
import { BenchDatabase } from './bench-database.js';
import { BenchApi, type Login } from './bench-api.js';
import { BenchSystem } from './bench-system.js';
import { seedLeads } from './leads.js';
import type { PostgresServer } from './postgres-server.js';

export interface CampaignPlan {
  readonly server: PostgresServer;
  readonly leads: number;
  readonly logFile: string;
  readonly signal: AbortSignal;
}

export interface SlotsInUse {
  /** Live dialer jobs: what `max_concurrent_calls` limits. */
  readonly live: number;
  /** Live dialer jobs whose call has been placed. */
  readonly inCall: number;
}

/** A campaign with its leads in place, in a database of its own, and what the database says of it. */
export class BenchCampaign {
  private constructor(
    readonly database: BenchDatabase,
    readonly id: string,
    readonly login: Login,
    readonly leads: number,
  ) {}

  static async prepare({ server, leads, logFile, signal }: CampaignPlan): Promise<BenchCampaign> {
    const database = await BenchDatabase.create(server);
    const system = await BenchSystem.start({ databaseUrl: database.url, redisUrl: null, logFile, signal });
    try {
      const { api, login } = await BenchApi.register(system.origin);
      const campaign = new BenchCampaign(database, await api.createCampaign(), login, leads);
      await seedLeads(database, campaign.id, { leads });
      return campaign;
    } finally {
      await system.stop();
    }
  }

  /** Makes it a draft again, whatever has become of it; its history stays. */
  async redraft(slots: number): Promise<void> {
    await this.database.query(
      `UPDATE campaigns SET status = 'draft', started_at = NULL, completed_at = NULL, max_concurrent_calls = $2
       WHERE id = $1`,
      [this.id, slots],
    );
  }

  /** New leads for old ones, for a campaign small enough to be called to its end. */
  async reseed(): Promise<void> {
    await this.database.query('DELETE FROM leads WHERE campaign_id = $1', [this.id]);
    await seedLeads(this.database, this.id, { leads: this.leads });
  }

  async progress(): Promise<{ settled: number; isRunning: boolean }> {
    const [row] = await this.database.query<{ settled: number; status: string }>(
      'SELECT calls_completed + calls_failed AS settled, status FROM campaigns WHERE id = $1',
      [this.id],
    );
    return { settled: row?.settled ?? 0, isRunning: row?.status === 'running' };
  }

  async slotsInUse(): Promise<SlotsInUse> {
    const [row] = await this.database.query<{ live: number; in_call: number }>(
      `SELECT count(*)::int AS live, count(*) FILTER (WHERE status <> 'queued')::int AS in_call FROM dialer_jobs
       WHERE campaign_id = $1 AND status IN (${sqlList(LIVE_DIALER_JOB_STATUSES)})`,
      [this.id],
    );
    return { live: row?.live ?? 0, inCall: row?.in_call ?? 0 };
  }

  async drained(): Promise<void> {
    await until('the last calls have ended', async () => (await this.slotsInUse()).live === 0);
  }

  /** @throws Error when the counters that rates are read from are not what counting the calls gives. */
  async requireTrueCounters(): Promise<void> {
    const { settled } = await this.progress();
    const [row] = await this.database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM calls WHERE campaign_id = $1 AND status NOT IN (${sqlList(LIVE_CALL_STATUSES)})`,
      [this.id],
    );
    if (row?.n !== settled) throw new Error(`The campaign counts ${settled} ended calls, and there are ${row?.n}.`);
  }
}

import { startPostgres, type RunningPostgres } from '../../../apps/local/src/postgres/embedded-postgres.js';
import type { SetClock } from './set-clock.js';

export type RestartMode = 'fast' | 'immediate';

/** fast ends all sessions and writes a checkpoint; immediate is a crash, from whose log the next start recovers. */
const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;

/**
 * Settings as durable as PostgreSQL's defaults. Commit times are kept, so that the judge can compare a pause with what
 * was committed. The log names the SQLSTATE of each error.
 */
const SETTINGS = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_connections: '200',
  track_commit_timestamp: 'on',
  deadlock_timeout: '500ms',
  log_line_prefix: '%m [%p] %e ',
};

/** The embedded PostgreSQL on a fixed port, to be restarted in the ways it may go down. */
export class PlantPostgres {
  private constructor(
    private readonly dataDir: string,
    private running: RunningPostgres,
    /** Null where this machine cannot set it. */
    readonly clock: SetClock | null,
  ) {}

  static async start(dataDir: string, clock: SetClock | null): Promise<PlantPostgres> {
    const running = await startPostgres({ dataDir, settings: SETTINGS, environment: clock?.environment });
    return new PlantPostgres(dataDir, running, clock);
  }

  get url(): string {
    return this.running.url;
  }

  get port(): number {
    return this.running.port;
  }

  async goDown(mode: RestartMode): Promise<void> {
    process.kill(this.running.pid, SIGNALS[mode]);
    await this.running.exited;
  }

  async comeBack(): Promise<void> {
    const { port } = this.running;
    this.running = await startPostgres({
      dataDir: this.dataDir,
      settings: SETTINGS,
      preferredPort: port,
      environment: this.clock?.environment,
    });
    if (this.running.port !== port)
      throw new Error(`PostgreSQL came back on port ${this.running.port}, not on ${port}.`);
  }

  stop(): Promise<void> {
    return this.running.stop();
  }
}

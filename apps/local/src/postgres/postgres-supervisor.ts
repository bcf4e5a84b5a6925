import { startPostgres, type PostgresOptions, type RunningPostgres } from './embedded-postgres.js';
import { pause, whenAborted } from '../processes/patience.js';
import { nextRestart } from '../processes/restart-pause.js';
import { messageOf } from '../processes/start-error.js';

/**
 * Keeps the embedded PostgreSQL running. A server that dies is started again on its data and, if it is free, its port.
 */
export class PostgresSupervisor {
  private readonly stopping = new AbortController();
  private readonly watching: Promise<void>;
  private moved: () => void = () => undefined;

  private constructor(
    private readonly options: PostgresOptions,
    private readonly onNote: (note: string) => void,
    private postgres: RunningPostgres,
  ) {
    this.watching = this.watch();
  }

  static async start(options: PostgresOptions, onNote: (note: string) => void): Promise<PostgresSupervisor> {
    return new PostgresSupervisor(options, onNote, await startPostgres(options));
  }

  get url(): string {
    return this.postgres.url;
  }

  /** Calls `listener` after a restart on another port, since the server's own was taken. */
  onMoved(listener: () => void): void {
    this.moved = listener;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.watching;
    await this.postgres.stop();
  }

  private async watch(): Promise<void> {
    const { signal } = this.stopping;
    const stopped = whenAborted(signal);
    for (let deaths = 0; ;) {
      const startedAt = performance.now();
      await Promise.race([this.postgres.exited, stopped]);
      if (signal.aborted) return;
      deaths = await this.revive(deaths, performance.now() - startedAt);
    }
  }

  /** @returns the number of consecutive deaths. */
  private async revive(deathsBefore: number, livedMs: number): Promise<number> {
    const { url, port } = this.postgres;
    this.onNote('PostgreSQL has ended; it is started again.');
    for (let restart = nextRestart(deathsBefore, livedMs); ; restart = nextRestart(restart.deaths, 0)) {
      await pause(restart.pauseMs, this.stopping.signal);
      if (this.stopping.signal.aborted || (await this.tryStart(port))) {
        if (this.url !== url) this.moved();
        return restart.deaths;
      }
    }
  }

  private async tryStart(preferredPort: number): Promise<boolean> {
    try {
      this.postgres = await startPostgres({ ...this.options, preferredPort, signal: this.stopping.signal });
      return true;
    } catch (error) {
      if (!this.stopping.signal.aborted) this.onNote(messageOf(error));
      return false;
    }
  }
}

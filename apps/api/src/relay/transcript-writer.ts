import { Logger } from '@nestjs/common';
import type { Clock } from '#agent/clock.js';
import type { ConversationTurn } from '#rules/call/call-report.js';
import type { SessionEnd } from '#rules/access/session-end.js';

type Turns = readonly ConversationTurn[];

/** Stores the turns of one session, one write at a time. During a write only the latest turns wait for the next. */
export class TranscriptWriter {
  private readonly logger = new Logger(TranscriptWriter.name);
  private latest: Turns | null = null;
  private writing: Promise<void> | null = null;

  constructor(
    private readonly dialerJobId: string,
    private readonly clock: Clock,
    private readonly write: (turns: Turns, end: SessionEnd | null) => Promise<unknown>,
  ) {}

  keep(turns: Turns): void {
    this.latest = turns;
    this.writing ??= this.writeLatest().finally(() => (this.writing = null));
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    await this.writing;
  }

  /** Stores the turns of a session that has ended. Never throws, but may take a while. */
  async complete(turns: Turns, end: SessionEnd): Promise<void> {
    this.latest = null;
    await this.writing;
    await withRetries(this.clock, () => this.write(turns, end)).catch((error: unknown) => this.complain(error));
  }

  /** Stores the latest turns. Those that could not be stored are stored with the next turn. */
  private async writeLatest(): Promise<void> {
    for (let turns = this.drain(); turns; turns = this.drain()) {
      await this.write(turns, null).catch((error: unknown) => this.complain(error));
    }
  }

  private drain(): Turns | null {
    const turns = this.latest;
    this.latest = null;
    return turns;
  }

  private complain(error: unknown): void {
    this.logger.error('Turns of a conversation were not stored', { dialer_job_id: this.dialerJobId, err: error });
  }
}

const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000];

/**
 * Repeats failing work for as long as a database may take to come back. @throws the error of the last try.
 */
async function withRetries<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  for (const pauseMs of PAUSES_MS) {
    try {
      return await work();
    } catch {
      await new Promise<void>((resolve) => clock.after(pauseMs, resolve));
    }
  }
  return work();
}

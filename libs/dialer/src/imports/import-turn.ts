import { Logger } from '@nestjs/common';
import { foreignText } from '#runtime/foreign-text.js';
import type { Database } from '#database/connection/database.js';
import { keepImport, othersWaitForImports, type TakenImport } from '#database/statements/imports/run-import.js';

/** The import is no longer this worker's: canceled, or taken over; or this worker is to end. */
export class LostImport extends Error {}

/** Another tenant's import waits: this one goes back into the queue, with what is stored of it. */
export class TurnOver extends Error {}

export interface TurnTimes {
  readonly signOfLifeMs: number;
  /** Time of new rows, after which an import makes room for another tenant's. */
  readonly turnMs: number;
}

export const TURN_TIMES: TurnTimes = { signOfLifeMs: 2_000, turnMs: 10_000 };

/** To come back to where an import stood, its file is read again: a turn lasts several times as long as that takes. */
const TIMES_THE_WAY = 4;

/**
 * One worker's turn at one import. By the clock, and not by rows, it gives a sign of life, learns that the import was
 * canceled or taken over, and looks whether other tenants wait: a file may have gigabytes without a row. A worker that
 * is frozen gives no sign, and loses the import to another one.
 */
export class ImportTurn {
  private readonly logger = new Logger('ImportTurn');
  private readonly startedAt = performance.now();
  private readonly timer: NodeJS.Timeout;
  private endsAt = Infinity;
  private isLost = false;
  private isOver = false;

  constructor(
    private readonly database: Database,
    private readonly taken: Pick<TakenImport, 'id' | 'tenant_id'>,
    private readonly holder: string,
    private readonly times: TurnTimes,
  ) {
    this.timer = setInterval(() => void this.look(), times.signOfLifeMs);
  }

  end(): void {
    clearInterval(this.timer);
  }

  /** Says that the first row has come which was not read in an earlier turn. */
  begin(): void {
    if (this.endsAt !== Infinity) return;
    const now = performance.now();
    this.endsAt = now + Math.max(this.times.turnMs, TIMES_THE_WAY * (now - this.startedAt));
  }

  /** True once it is time to stop, for whatever reason. */
  get hasEnded(): boolean {
    return this.isLost || this.isOver;
  }

  /** @throws LostImport, or TurnOver. */
  requireGoingOn(): void {
    if (this.isLost) throw new LostImport();
    if (this.isOver) throw new TurnOver();
  }

  /** @throws LostImport. To leave off amid a file without new rows would lose the way to it. */
  requireHeld(): void {
    if (this.isLost) throw new LostImport();
  }

  private async look(): Promise<void> {
    try {
      this.isLost ||= !(await keepImport(this.database, this.taken.id, this.holder));
      if (performance.now() < this.endsAt) return;
      this.isOver ||= await othersWaitForImports(this.database, this.taken.tenant_id);
    } catch (error) {
      this.logger.debug(`Import ${this.taken.id} could not be held on to for the moment: ${foreignText(error)}`);
    }
  }
}

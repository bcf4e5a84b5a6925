import { Logger } from '@nestjs/common';
import type { Database } from '#database/connection/database.js';
import { keepImport, othersWaitForImports, type ClaimedImport } from '#database/statements/imports/run-import.js';

/**
 * Thrown when the worker has lost the import. It was canceled or claimed by another worker, or this worker is to end.
 */
export class LostImport extends Error {}

/** Thrown when another tenant's import waits. The present import is queued again, with the rows that it has stored. */
export class TurnOver extends Error {}

export interface TurnTimes {
  readonly signOfLifeMs: number;
  /** Milliseconds of new rows after which an import yields to another tenant's. */
  readonly turnMs: number;
}

export const TURN_TIMES: TurnTimes = { signOfLifeMs: 2_000, turnMs: 10_000 };

/** Factor of a turn's length to the time that its start takes. The file is read again up to where it stood. */
const TIMES_THE_WAY = 4;

/**
 * Turn of one worker at one import. At fixed times it renews its claim. It learns whether the import was canceled or
 * claimed, and whether other tenants wait. It does not count rows, since gigabytes may hold none. A frozen worker does
 * not renew and loses the import.
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
    private readonly claimed: Pick<ClaimedImport, 'id' | 'tenant_id'>,
    private readonly holder: string,
    private readonly times: TurnTimes,
  ) {
    this.timer = setInterval(() => void this.look(), times.signOfLifeMs);
  }

  end(): void {
    clearInterval(this.timer);
  }

  /** Starts the turn's time, at the first row that was not read in an earlier turn. */
  begin(): void {
    if (this.endsAt !== Infinity) return;
    const now = performance.now();
    this.endsAt = now + Math.max(this.times.turnMs, TIMES_THE_WAY * (now - this.startedAt));
  }

  /** True once the turn must stop, for either reason. */
  get hasEnded(): boolean {
    return this.isLost || this.isOver;
  }

  /** @throws LostImport, or TurnOver. */
  requireGoingOn(): void {
    if (this.isLost) throw new LostImport();
    if (this.isOver) throw new TurnOver();
  }

  /** @throws LostImport. A turn without new rows is not ended for another tenant, since its reading would be lost. */
  requireClaim(): void {
    if (this.isLost) throw new LostImport();
  }

  private async look(): Promise<void> {
    try {
      this.isLost ||= !(await keepImport(this.database, this.claimed.id, this.holder));
      if (performance.now() < this.endsAt) return;
      this.isOver ||= await othersWaitForImports(this.database, this.claimed.tenant_id);
    } catch (error) {
      this.logger.debug('Claim of an import could not be renewed', { import_id: this.claimed.id, err: error });
    }
  }
}

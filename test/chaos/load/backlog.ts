import type { ChaosDatabase } from '../plant/chaos-database.js';

/** Whether there was something to dial at a moment: a lead that is due in a campaign that runs. */
export interface BacklogSample {
  readonly at: number;
  readonly hasBacklog: boolean;
}

const SAMPLE_EVERY_MS = 300;

/** Looks several times a second; while the database is away, nothing is known and no sample is taken. */
export class BacklogWatch {
  readonly samples: BacklogSample[] = [];
  private readonly timer: NodeJS.Timeout;
  private isLooking = false;

  constructor(private readonly database: ChaosDatabase) {
    this.timer = setInterval(() => void this.look(), SAMPLE_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    const at = Date.now();
    try {
      const [row] = await this.database.query<{ found: boolean }>(HAS_BACKLOG);
      this.samples.push({ at, hasBacklog: row?.found ?? false });
    } catch {
      return;
    } finally {
      this.isLooking = false;
    }
  }
}

const HAS_BACKLOG = `
  SELECT EXISTS (SELECT FROM campaigns k WHERE k.status = 'running' AND EXISTS (
    SELECT FROM leads l WHERE l.campaign_id = k.id AND l.status = 'pending' AND l.next_attempt_at <= now())) AS found`;

import type { ChaosDatabase } from '../plant/chaos-database.js';

/** Sample of whether something could be dialed at a moment: a due lead in a running campaign. */
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

/**
 * Counts only leads whom nothing forbids to call, as far as a query from outside can tell. A lead with a shut gate is
 * no backlog.
 */
const HAS_BACKLOG = `
  SELECT EXISTS (SELECT FROM campaigns k JOIN tenants t ON t.id = k.tenant_id
  WHERE k.status = 'running' AND NOT k.requires_consent AND EXISTS (
    SELECT FROM leads l JOIN campaign_hours h ON h.campaign_id = l.campaign_id AND h.area_id = l.area_id
    WHERE l.campaign_id = k.id AND l.status = 'pending' AND l.next_attempt_at <= now() AND l.block_code IS NULL
      AND h.opens_at <= now() AND h.closes_at > now()
      AND NOT EXISTS (SELECT FROM dnc_entries d WHERE d.phone_number = l.phone_number)
      AND (SELECT sum(o.call_attempts) FROM leads o WHERE o.phone_number = l.phone_number)
        < coalesce(t.cap_attempts, 1000)
      AND NOT EXISTS (SELECT FROM leads o WHERE o.phone_number = l.phone_number
        AND o.last_called_at > now() - greatest(k.min_gap_seconds, t.min_gap_seconds) * interval '1 second'
      ))) AS found`;

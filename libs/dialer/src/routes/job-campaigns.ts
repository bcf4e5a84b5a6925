import { Injectable } from '@nestjs/common';
import { forSeveral } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { campaignsOfJobs } from '#database/statements/engine/place/campaigns-of-jobs.js';
import { Batcher } from '#runtime/batcher.js';

const MOST_REMEMBERED = 20_000;
const BATCH_SIZE = 500;

/**
 * Knows to which campaign a dialer job belongs, which never changes: work is done campaign by campaign, so that one
 * that is locked holds up no other.
 */
@Injectable()
export class JobCampaigns {
  private readonly known = new Map<string, string>();
  private readonly lookups = new Batcher((ids: string[]) => forSeveral(() => this.lookUp(ids)), {
    maxItems: BATCH_SIZE,
  });

  constructor(private readonly database: Database) {}

  /** Undefined for a job that does not exist. */
  async find(dialerJobId: string): Promise<string | undefined> {
    return this.known.get(dialerJobId) ?? this.lookups.submit(dialerJobId);
  }

  private async lookUp(dialerJobIds: string[]): Promise<(string | undefined)[]> {
    const found = await campaignsOfJobs(this.database, dialerJobIds.filter(isUuid));
    for (const [id, campaignId] of found) this.remember(id, campaignId);
    return dialerJobIds.map((id) => found.get(id));
  }

  private remember(dialerJobId: string, campaignId: string): void {
    if (this.known.size >= MOST_REMEMBERED) this.known.clear();
    this.known.set(dialerJobId, campaignId);
  }
}

/** A provider may send us any text as our key. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

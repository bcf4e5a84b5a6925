import { Injectable } from '@nestjs/common';
import { forSeveral } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { campaignsOfJobs } from '#database/statements/engine/place/campaigns-of-jobs.js';
import { Batcher } from '#runtime/batcher.js';
import { BoundedMap } from '#runtime/bounded-map.js';
import { isUuid } from '#runtime/uuid.js';

const MOST_REMEMBERED = 20_000;
const BATCH_SIZE = 500;

/**
 * Knows the campaign of each dialer job, which never changes. Work is done campaign by campaign, so that a locked
 * campaign delays no other.
 */
@Injectable()
export class JobCampaigns {
  private readonly known = new BoundedMap<string, string>(MOST_REMEMBERED);
  private readonly lookups = new Batcher((ids: string[]) => forSeveral(() => this.lookUp(ids)), {
    maxItems: BATCH_SIZE,
  });

  constructor(private readonly database: Database) {}

  /** Returns the campaign of a job; undefined if the job does not exist. */
  async campaignIdOfJob(dialerJobId: string): Promise<string | undefined> {
    return this.known.get(dialerJobId) ?? this.lookups.submit(dialerJobId);
  }

  private async lookUp(dialerJobIds: string[]): Promise<(string | undefined)[]> {
    const found = await campaignsOfJobs(this.database, dialerJobIds.filter(isUuid));
    for (const [id, campaignId] of found) this.known.set(id, campaignId);
    return dialerJobIds.map((id) => found.get(id));
  }
}

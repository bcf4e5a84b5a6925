import { Injectable } from '@nestjs/common';
import { forSeveral } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { linesOfJobs } from '#database/statements/campaigns/campaign-routes.js';
import type { LineKey } from '#database/statements/engine/place/route-key.js';
import { Batcher } from '#runtime/batcher.js';
import type { CallLine } from './call-route.js';
import { isUuid } from './job-campaigns.js';
import { Lines } from './route-resolver.js';

const BATCH_SIZE = 500;

/** Knows over which line a dialer job is, or was, placed. */
@Injectable()
export class JobLines {
  private readonly keys = new Batcher((ids: string[]) => forSeveral(() => this.lookUp(ids)), {
    maxItems: BATCH_SIZE,
  });

  constructor(
    private readonly database: Database,
    private readonly lines: Lines,
  ) {}

  /** Undefined for a job that does not exist. */
  async of(dialerJobId: string): Promise<CallLine | undefined> {
    const key = isUuid(dialerJobId) ? await this.keys.submit(dialerJobId) : undefined;
    return key === undefined ? undefined : this.lines.of(key);
  }

  private async lookUp(dialerJobIds: string[]): Promise<(LineKey | undefined)[]> {
    const found = await linesOfJobs(this.database, dialerJobIds);
    return dialerJobIds.map((id) => found.get(id));
  }
}

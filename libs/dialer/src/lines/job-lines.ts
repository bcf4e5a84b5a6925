import { Injectable } from '@nestjs/common';
import { acrossTenants } from '#database/actor.js';
import { Database } from '#database/database.js';
import { accountsOfJobs } from '#database/statements/telephony-accounts.js';
import { Batcher } from '../batcher.js';
import type { CallLine } from './call-line.js';
import { isUuid } from '../record/job-campaigns.js';
import { Lines } from './lines.js';

const BATCH_SIZE = 500;

/** Knows over which line a dialer job is, or was, placed. */
@Injectable()
export class JobLines {
  private readonly accounts = new Batcher((ids: string[]) => acrossTenants(() => this.lookUp(ids)), {
    maxItems: BATCH_SIZE,
  });

  constructor(
    private readonly database: Database,
    private readonly lines: Lines,
  ) {}

  /** Undefined for a job that does not exist. */
  async of(dialerJobId: string): Promise<CallLine | undefined> {
    const accountId = isUuid(dialerJobId) ? await this.accounts.submit(dialerJobId) : undefined;
    return accountId === undefined ? undefined : this.lines.of(accountId);
  }

  private async lookUp(dialerJobIds: string[]): Promise<(string | null | undefined)[]> {
    const found = await accountsOfJobs(this.database, dialerJobIds);
    return dialerJobIds.map((id) => found.get(id));
  }
}

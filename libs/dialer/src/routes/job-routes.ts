import { Injectable } from '@nestjs/common';
import { forSeveral } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { routesOfJobs } from '#database/statements/campaigns/campaign-routes.js';
import type { RouteKey } from '#database/statements/engine/place/route-key.js';
import { Batcher } from '#runtime/batcher.js';
import type { CallRoute } from './call-route.js';
import { isUuid } from '#runtime/uuid.js';
import { RouteResolver } from './route-resolver.js';

const BATCH_SIZE = 500;

/** Knows the route over which a dialer job is placed, or was. */
@Injectable()
export class JobRoutes {
  private readonly keys = new Batcher((ids: string[]) => forSeveral(() => this.lookUp(ids)), {
    maxItems: BATCH_SIZE,
  });

  constructor(
    private readonly database: Database,
    private readonly routes: RouteResolver,
  ) {}

  /** Returns the route of a job; undefined if the job does not exist. */
  async routeOfJob(dialerJobId: string): Promise<CallRoute | undefined> {
    const key = isUuid(dialerJobId) ? await this.keys.submit(dialerJobId) : undefined;
    return key === undefined ? undefined : this.routes.routeOfAccount(key);
  }

  private async lookUp(dialerJobIds: string[]): Promise<(RouteKey | undefined)[]> {
    const found = await routesOfJobs(this.database, dialerJobIds);
    return dialerJobIds.map((id) => found.get(id));
  }
}

import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { holesIn } from '#rules/values/postgres-holes.js';
import { acrossTenants } from '../connection/actor.js';
import { Database } from '../connection/database.js';
import { serverVersion } from '../statements/ops/server-version.js';

/** Logs a warning at the start if PostgreSQL has known security holes. */
@Injectable()
export class VersionCheck implements OnModuleInit {
  private readonly logger = new Logger('VersionCheck');

  constructor(private readonly database: Database) {}

  async onModuleInit(): Promise<void> {
    const warning = holesIn(await acrossTenants(() => serverVersion(this.database)));
    if (warning !== null) this.logger.warn(warning);
  }
}

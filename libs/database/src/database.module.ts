import { Global, Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Config } from '#config/config.js';
import type { UnnamedContext } from './connection/actor.js';
import { dataSourceOptions } from './data-source-options.js';
import { ConnectionGate } from './connection/connection-gate.js';
import { CONNECTION_GATE, Database, UNNAMED_CONTEXT } from './connection/database.js';
import { TransactionalDataSource } from './connection/transactional-data-source.js';
import { VersionCheck } from './checks/version-check.js';
import { LOGIN_DEMAND, TenantIsolationCheck, type LoginDemand } from './checks/tenant-isolation-check.js';
import { DatabasePoll } from './watch/database-poll.js';
import { DatabaseWatch } from './watch/database-watch.js';
import { RememberedFile } from './watch/remembered-file.js';
import { RestoreMemory } from './watch/restore-memory.js';

export interface DatabaseSettings extends Pick<Config, 'dataDir' | 'restoreSignsOff'> {
  /** Connections that this process may use. */
  readonly poolSize: number;
  readonly unnamed: UnnamedContext;
  /** True: tenants and classes of work have shares of the connections. */
  readonly isShared?: boolean;
  readonly login: LoginDemand;
}

@Global()
@Module({})
export class DatabaseModule {
  static forRoot(databaseUrl: string, settings: DatabaseSettings): DynamicModule {
    const { poolSize, unnamed, isShared = false, login, dataDir, restoreSignsOff } = settings;
    const watch = new DatabaseWatch(new RestoreMemory(RememberedFile.in(dataDir)), restoreSignsOff);
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({
            ...dataSourceOptions(databaseUrl, { poolSize, verify: watch.verify }),
            retryAttempts: 0,
          }),
          dataSourceFactory: async (options) => new TransactionalDataSource(options!).initialize(),
        }),
      ],
      providers: [
        Database,
        TenantIsolationCheck,
        VersionCheck,
        DatabasePoll,
        { provide: UNNAMED_CONTEXT, useValue: unnamed },
        { provide: CONNECTION_GATE, useValue: isShared ? new ConnectionGate(poolSize) : null },
        { provide: LOGIN_DEMAND, useValue: login },
        { provide: DatabaseWatch, useValue: watch },
      ],
      exports: [Database, DatabasePoll, DatabaseWatch, TypeOrmModule],
    };
  }
}

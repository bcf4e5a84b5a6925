import { Global, Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { UnnamedContext } from './actor.js';
import { dataSourceOptions } from './data-source-options.js';
import { Database, UNNAMED_CONTEXT } from './database.js';
import { ENTITIES } from './entities.js';
import { LOGIN_DEMAND, WallCheck, type LoginDemand } from './wall-check.js';

export interface DatabaseUse {
  /** Connections that this process may hold. */
  readonly poolSize: number;
  readonly unnamed: UnnamedContext;
  readonly login: LoginDemand;
}

@Global()
@Module({})
export class DatabaseModule {
  static forRoot(databaseUrl: string, { poolSize, unnamed, login }: DatabaseUse): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRoot({
          ...dataSourceOptions(databaseUrl, { poolSize }),
          retryAttempts: 0,
        }),
        TypeOrmModule.forFeature(ENTITIES),
      ],
      providers: [
        Database,
        WallCheck,
        { provide: UNNAMED_CONTEXT, useValue: unnamed },
        { provide: LOGIN_DEMAND, useValue: login },
      ],
      exports: [Database, TypeOrmModule],
    };
  }
}

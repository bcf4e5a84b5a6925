import { Global, Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { dataSourceOptions } from './data-source-options.js';
import { Database } from './database.js';
import { ENTITIES } from './entities.js';
import { WallCheck } from './wall-check.js';

@Global()
@Module({})
export class DatabaseModule {
  /** @param poolSize connections that this process may hold. */
  static forRoot(databaseUrl: string, poolSize: number): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRoot({
          ...dataSourceOptions(databaseUrl, { poolSize }),
          retryAttempts: 0,
        }),
        TypeOrmModule.forFeature(ENTITIES),
      ],
      providers: [Database, WallCheck],
      exports: [Database, TypeOrmModule],
    };
  }
}

import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { LimitsConfig } from '#config/limits-config.js';
import { Limits, LIMITS_CONFIG } from './limits.js';

@Global()
@Module({})
export class LimitsModule {
  static forRoot(config: LimitsConfig): DynamicModule {
    return {
      module: LimitsModule,
      providers: [Limits, { provide: LIMITS_CONFIG, useValue: config }],
      exports: [Limits],
    };
  }
}

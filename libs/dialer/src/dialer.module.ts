import { Module, type DynamicModule } from '@nestjs/common';
import type { TelephonyProvider } from '#telephony/telephony-provider.js';
import { CallPlacer } from './call-placer.js';
import { CallRecorder } from './call-recorder.js';
import { CampaignControl } from './campaign-control.js';
import { Dispatcher } from './dispatcher.js';
import { Sweeper } from './sweeper.js';
import { TELEPHONY_PROVIDER } from './telephony-provider.token.js';

const ENGINE = [Dispatcher, CampaignControl, CallRecorder, CallPlacer, Sweeper];

/** The engine, for either app; needs `DatabaseModule` and `QueueModule` beside it. */
@Module({})
export class DialerModule {
  static forRoot(provider: TelephonyProvider): DynamicModule {
    return {
      module: DialerModule,
      global: true,
      providers: [...ENGINE, { provide: TELEPHONY_PROVIDER, useValue: provider }],
      exports: [...ENGINE, TELEPHONY_PROVIDER],
    };
  }
}

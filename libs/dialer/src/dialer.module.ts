import { Module, type DynamicModule } from '@nestjs/common';
import type { TelephonyProvider } from '#telephony/port/telephony-provider.js';
import { AttemptRefund } from './settle/attempt-refund.js';
import { CallPlacer } from './place/call-placer.js';
import { ROUTE_SETTINGS, type RouteSettings } from './routes/call-route.js';
import { CallReviewer } from './sweep/call-reviewer.js';
import { CallRecorder } from './record/call-recorder.js';
import { CampaignControl } from './campaigns/campaign-control.js';
import { CampaignSchedule } from './campaigns/campaign-schedule.js';
import { CallingHours } from './claim/calling-hours.js';
import { DialingMark } from './place/dialing-mark.js';
import { Dispatcher } from './publish/dispatcher.js';
import { CountedWork } from './tries/counted-work.js';
import { DoNotCall } from './people/do-not-call.js';
import { InFlightCalls } from './campaigns/in-flight-calls.js';
import { JobCampaigns } from './routes/job-campaigns.js';
import { JobRoutes } from './routes/job-routes.js';
import { JobStarter } from './place/job-starter.js';
import { KillSwitches } from './campaigns/kill-switches.js';
import { GivenUpCalls } from './sweep/given-up-calls.js';
import { CostLookups } from './sweep/cost-lookups.js';
import { RouteResolver } from './routes/route-resolver.js';
import { Pacer } from './place/pacer.js';
import { SettingsChange } from './campaigns/settings-change.js';
import { RecordingDeletion } from './people/recording-deletion.js';
import { CallsSinceBackup } from './restore/calls-since-backup.js';
import { RestoredDatabase } from './restore/restored-database.js';
import { Retention } from './people/retention.js';
import { Sweeper } from './sweep/sweeper.js';
import { TELEPHONY_PROVIDER } from './routes/telephony-provider.token.js';

const ENGINE = [
  CountedWork,
  CallingHours,
  Dispatcher,
  DoNotCall,
  InFlightCalls,
  JobCampaigns,
  Pacer,
  CampaignControl,
  KillSwitches,
  RestoredDatabase,
  CampaignSchedule,
  AttemptRefund,
  RouteResolver,
  JobRoutes,
  CallRecorder,
  DialingMark,
  JobStarter,
  CallsSinceBackup,
  CallPlacer,
  CallReviewer,
  GivenUpCalls,
  CostLookups,
  Sweeper,
  RecordingDeletion,
  Retention,
  SettingsChange,
];

/** Provides the engine to either app. The app also imports `DatabaseModule` and `QueueModule`. */
@Module({})
export class DialerModule {
  static forRoot(provider: TelephonyProvider, settings: RouteSettings): DynamicModule {
    return {
      module: DialerModule,
      global: true,
      providers: [
        ...ENGINE,
        { provide: TELEPHONY_PROVIDER, useValue: provider },
        { provide: ROUTE_SETTINGS, useValue: settings },
      ],
      exports: [...ENGINE, TELEPHONY_PROVIDER],
    };
  }
}

import { Module, type DynamicModule } from '@nestjs/common';
import type { TelephonyProvider } from '#telephony/port/telephony-provider.js';
import { AttemptReturn } from './settle/attempt-refund.js';
import { CallPlacer } from './place/call-placer.js';
import { LINE_SETTINGS, type LineSettings } from './routes/call-route.js';
import { CallReviewer } from './sweep/call-reviewer.js';
import { CallRecorder } from './record/call-recorder.js';
import { CampaignControl } from './campaigns/campaign-control.js';
import { CampaignSchedule } from './campaigns/campaign-schedule.js';
import { CallingHours } from './claim/calling-hours.js';
import { DialingMark } from './place/dialing-mark.js';
import { Dispatcher } from './publish/dispatcher.js';
import { CountedWork } from './tries/counted-work.js';
import { DoNotCall } from './people/do-not-call.js';
import { InFlight } from './campaigns/in-flight-calls.js';
import { JobCampaigns } from './routes/job-campaigns.js';
import { JobLines } from './routes/job-routes.js';
import { JobStarter } from './place/job-starter.js';
import { KillSwitches } from './campaigns/kill-switches.js';
import { GivenUpCalls } from './sweep/given-up-calls.js';
import { LateLooks } from './sweep/cost-lookups.js';
import { Lines } from './routes/route-resolver.js';
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
  InFlight,
  JobCampaigns,
  Pacer,
  CampaignControl,
  KillSwitches,
  RestoredDatabase,
  CampaignSchedule,
  AttemptReturn,
  Lines,
  JobLines,
  CallRecorder,
  DialingMark,
  JobStarter,
  CallsSinceBackup,
  CallPlacer,
  CallReviewer,
  GivenUpCalls,
  LateLooks,
  Sweeper,
  RecordingDeletion,
  Retention,
  SettingsChange,
];

/** The engine, for either app; needs `DatabaseModule` and `QueueModule` beside it. */
@Module({})
export class DialerModule {
  static forRoot(provider: TelephonyProvider, line: LineSettings): DynamicModule {
    return {
      module: DialerModule,
      global: true,
      providers: [
        ...ENGINE,
        { provide: TELEPHONY_PROVIDER, useValue: provider },
        { provide: LINE_SETTINGS, useValue: line },
      ],
      exports: [...ENGINE, TELEPHONY_PROVIDER],
    };
  }
}

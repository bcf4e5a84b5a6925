import { Module, type DynamicModule } from '@nestjs/common';
import type { TelephonyProvider } from '#telephony/telephony-provider.js';
import { AttemptReturn } from './place/attempt-return.js';
import { CallPlacer } from './place/call-placer.js';
import { LINE_SETTINGS, type LineSettings } from './lines/call-line.js';
import { CallReviewer } from './sweep/call-reviewer.js';
import { CallRecorder } from './record/call-recorder.js';
import { CampaignControl } from './campaigns/campaign-control.js';
import { CampaignSchedule } from './campaigns/campaign-schedule.js';
import { CallingHours } from './claim/calling-hours.js';
import { DialingMark } from './place/dialing-mark.js';
import { Dispatcher } from './claim/dispatcher.js';
import { CountedWork } from './counted-work.js';
import { DoNotCall } from './campaigns/do-not-call.js';
import { InFlight } from './place/in-flight.js';
import { JobCampaigns } from './record/job-campaigns.js';
import { JobLines } from './lines/job-lines.js';
import { JobStarter } from './place/job-starter.js';
import { KillSwitches } from './campaigns/kill-switches.js';
import { GivenUpCalls } from './sweep/given-up-calls.js';
import { LateLooks } from './sweep/late-looks.js';
import { Lines } from './lines/lines.js';
import { Pacer } from './place/pacer.js';
import { SettingsChange } from './campaigns/settings-change.js';
import { RecordingDeletion } from './people/recording-deletion.js';
import { CallsSinceBackup } from './restore/calls-since-backup.js';
import { RestoredDatabase } from './restore/restored-database.js';
import { Retention } from './people/retention.js';
import { Sweeper } from './sweep/sweeper.js';
import { TELEPHONY_PROVIDER } from './lines/telephony-provider.token.js';

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

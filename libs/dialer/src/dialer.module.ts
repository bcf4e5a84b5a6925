import { Module, type DynamicModule } from '@nestjs/common';
import type { TelephonyProvider } from '#telephony/telephony-provider.js';
import { AttemptReturn } from './attempt-return.js';
import { CallPlacer } from './call-placer.js';
import { LINE_SETTINGS, type LineSettings } from './call-line.js';
import { CallReviewer } from './call-reviewer.js';
import { CallRecorder } from './call-recorder.js';
import { CampaignControl } from './campaign-control.js';
import { CampaignSchedule } from './campaign-schedule.js';
import { CallingHours } from './calling-hours.js';
import { Dispatcher } from './dispatcher.js';
import { DoNotCall } from './do-not-call.js';
import { InFlight } from './in-flight.js';
import { JobCampaigns } from './job-campaigns.js';
import { JobLines } from './job-lines.js';
import { JobStarter } from './job-starter.js';
import { KillSwitches } from './kill-switches.js';
import { LateLooks } from './late-looks.js';
import { Lines } from './lines.js';
import { Pacer } from './pacer.js';
import { RecordingDeletion } from './recording-deletion.js';
import { Retention } from './retention.js';
import { Sweeper } from './sweeper.js';
import { TELEPHONY_PROVIDER } from './telephony-provider.token.js';

const ENGINE = [
  CallingHours,
  Dispatcher,
  DoNotCall,
  InFlight,
  JobCampaigns,
  Pacer,
  CampaignControl,
  KillSwitches,
  CampaignSchedule,
  AttemptReturn,
  Lines,
  JobLines,
  CallRecorder,
  JobStarter,
  CallPlacer,
  CallReviewer,
  LateLooks,
  Sweeper,
  RecordingDeletion,
  Retention,
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

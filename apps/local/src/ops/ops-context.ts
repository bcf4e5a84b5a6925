import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Config } from '#config/config.js';
import { Database } from '#database/connection/database.js';
import { DatabaseModule } from '#database/database.module.js';
import type { CredentialVault } from '#dialer/routes/credential-cipher.js';
import { CallRecorder } from '#dialer/record/call-recorder.js';
import { LINE_SETTINGS, lineOf, type LineSettings } from '#dialer/routes/call-route.js';
import { DialerModule } from '#dialer/dialer.module.js';
import { Dispatcher } from '#dialer/publish/dispatcher.js';
import { KillSwitches } from '#dialer/campaigns/kill-switches.js';
import { Lines } from '#dialer/routes/route-resolver.js';
import { CallsSinceBackup } from '#dialer/restore/calls-since-backup.js';
import { RestoredDatabase } from '#dialer/restore/restored-database.js';
import { SuppressionReplay } from '#dialer/restore/suppression-replay.js';
import { PeopleModule } from '#dialer/people/people.module.js';
import { personHashFrom } from '#dialer/people/person-hash.js';
import { DialQueue } from '#queue/dial-queue.js';
import { QueueModule } from '#queue/queue.module.js';
import { createTelephonyProvider } from '#telephony/create-provider.js';
import type { TelephonyProvider } from '#telephony/port/telephony-provider.js';
import { settlesWithin } from '../processes/patience.js';

/** Where the installation is reached, what it keeps on this machine, and who may register there. */
/** Secrets that commands look at. */
export type OpsSecrets = Pick<Config, 'authSecret' | 'authSecretPrevious' | 'personHashKey'>;

export type OpsSite = Pick<Config, 'account' | 'publicUrl' | 'dataDir' | 'registration'>;

/** What the commands work with. */
export interface OpsDesk {
  readonly database: Database;
  readonly queue: DialQueue;
  readonly recorder: CallRecorder;
  readonly dispatcher: Dispatcher;
  readonly killSwitches: KillSwitches;
  readonly restored: RestoredDatabase;
  readonly callsSinceBackup: CallsSinceBackup;
  /** Null without a secret to hash people with. */
  readonly suppressionReplay: SuppressionReplay | null;
  /** As the environment names it. */
  readonly suppressionLog: string | null;
  readonly lines: Lines;
  readonly vault: CredentialVault;
  /** Settings by which accounts are made. */
  readonly site: OpsSite;
  readonly secrets: OpsSecrets;
  close(): Promise<void>;
}

const POOL_SIZE = 3;

/** A queue that is out of reach keeps its connection from closing. */
const CLOSE_PATIENCE_MS = 3_000;

@Module({})
class OpsModule {
  static forRoot(config: Config, databaseUrl: string, provider: TelephonyProvider): DynamicModule {
    return {
      module: OpsModule,
      imports: [
        DatabaseModule.forRoot(databaseUrl, { ...config, poolSize: POOL_SIZE, unnamed: 'engine', login: 'any' }),
        QueueModule.forRoot({ redisUrl: config.redisUrl, databaseUrl }, 'producer'),
        DialerModule.forRoot(provider, lineOf(config)),
        ...replayOf(config),
      ],
    };
  }
}

@Module({ providers: [SuppressionReplay], exports: [SuppressionReplay] })
class ReplayModule {}

/**
 * People are found by the hash of their numbers: where nothing is set to hash them with, nobody can be erased again.
 */
function replayOf(config: Config): (DynamicModule | typeof ReplayModule)[] {
  const secret = hashSecretOf(config);
  if (secret === null) return [];
  return [PeopleModule.forRoot(personHashFrom({ key: config.personHashKey, secret }), 'unchecked'), ReplayModule];
}

function hashSecretOf({ personHashKey, authSecret }: Config): string | null {
  return personHashKey ?? authSecret;
}

/** The engine without anybody who places calls or sweeps; its own log is silent, the commands say what matters. */
export async function openDesk(
  config: Config,
  databaseUrl: string,
  provider: TelephonyProvider = createTelephonyProvider(config),
): Promise<OpsDesk> {
  const app = await NestFactory.createApplicationContext(OpsModule.forRoot(config, databaseUrl, provider), {
    logger: false,
    abortOnError: false,
  });
  return {
    database: app.get(Database),
    queue: app.get(DialQueue),
    recorder: app.get(CallRecorder),
    dispatcher: app.get(Dispatcher),
    killSwitches: app.get(KillSwitches),
    restored: app.get(RestoredDatabase),
    callsSinceBackup: app.get(CallsSinceBackup),
    suppressionReplay: hashSecretOf(config) === null ? null : app.get(SuppressionReplay),
    suppressionLog: config.suppressionLog,
    lines: app.get(Lines),
    vault: app.get<LineSettings>(LINE_SETTINGS).vault,
    site: config,
    secrets: config,
    close: async () => void (await settlesWithin(app.close(), CLOSE_PATIENCE_MS)),
  };
}

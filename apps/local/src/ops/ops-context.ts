import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Config } from '#config/config.js';
import { Database } from '#database/connection/database.js';
import { DatabaseModule } from '#database/database.module.js';
import type { CredentialCipher } from '#dialer/routes/credential-cipher.js';
import { CallRecorder } from '#dialer/record/call-recorder.js';
import { ROUTE_SETTINGS, routeOf, type RouteSettings } from '#dialer/routes/call-route.js';
import { DialerModule } from '#dialer/dialer.module.js';
import { Dispatcher } from '#dialer/publish/dispatcher.js';
import { KillSwitches } from '#dialer/campaigns/kill-switches.js';
import { RouteResolver } from '#dialer/routes/route-resolver.js';
import { CallsSinceBackup } from '#dialer/restore/calls-since-backup.js';
import { RestoredDatabase } from '#dialer/restore/restored-database.js';
import { SuppressionReplay } from '#dialer/restore/suppression-replay.js';
import { PeopleModule } from '#dialer/people/people.module.js';
import { personHashFrom } from '#dialer/people/person-hash.js';
import { DialQueue } from '#queue/dial-queue.js';
import { QueueModule } from '#queue/queue.module.js';
import { createTelephonyProvider } from '#telephony/create-provider.js';
import type { TelephonyProvider } from '#telephony/port/telephony-provider.js';
import { settlesWithTimeout } from '../processes/patience.js';

/** Secrets that commands read. */
export type OpsSecrets = Pick<Config, 'authSecret' | 'authSecretPrevious' | 'personHashKey'>;

export type OpsSite = Pick<Config, 'account' | 'publicUrl' | 'dataDir' | 'registration'>;

/** Services that the commands work with. */
export interface OpsContext {
  readonly database: Database;
  readonly queue: DialQueue;
  readonly recorder: CallRecorder;
  readonly dispatcher: Dispatcher;
  readonly killSwitches: KillSwitches;
  readonly restored: RestoredDatabase;
  readonly callsSinceBackup: CallsSinceBackup;
  /** Null without a secret to hash phone numbers with. */
  readonly suppressionReplay: SuppressionReplay | null;
  /** Value of SUPPRESSION_LOG. */
  readonly suppressionLog: string | null;
  readonly routes: RouteResolver;
  readonly vault: CredentialCipher;
  /** Settings for new accounts. */
  readonly site: OpsSite;
  readonly secrets: OpsSecrets;
  close(): Promise<void>;
}

const POOL_SIZE = 3;

/** Milliseconds after which an unreachable queue is no longer waited for on closing. */
const CLOSE_PATIENCE_MS = 3_000;

@Module({})
class OpsModule {
  static forRoot(config: Config, databaseUrl: string, provider: TelephonyProvider): DynamicModule {
    return {
      module: OpsModule,
      imports: [
        DatabaseModule.forRoot(databaseUrl, { ...config, poolSize: POOL_SIZE, unnamed: 'engine', login: 'any' }),
        QueueModule.forRoot({ redisUrl: config.redisUrl, databaseUrl }, 'producer'),
        DialerModule.forRoot(provider, routeOf(config)),
        ...replayOf(config),
      ],
    };
  }
}

@Module({ providers: [SuppressionReplay], exports: [SuppressionReplay] })
class ReplayModule {}

/**
 * Provides the replay of suppressions. It needs the secret that people's numbers are hashed with: without it, no
 * erasure can be repeated.
 */
function replayOf(config: Config): (DynamicModule | typeof ReplayModule)[] {
  const secret = hashSecretOf(config);
  if (secret === null) return [];
  return [PeopleModule.forRoot(personHashFrom({ key: config.personHashKey, secret }), 'unchecked'), ReplayModule];
}

function hashSecretOf({ personHashKey, authSecret }: Config): string | null {
  return personHashKey ?? authSecret;
}

/**
 * Opens the engine's services without dialing and sweeping. The engine's own log is silent, since the commands print
 * what matters.
 */
export async function openContext(
  config: Config,
  databaseUrl: string,
  provider: TelephonyProvider = createTelephonyProvider(config),
): Promise<OpsContext> {
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
    routes: app.get(RouteResolver),
    vault: app.get<RouteSettings>(ROUTE_SETTINGS).vault,
    site: config,
    secrets: config,
    close: async () => void (await settlesWithTimeout(app.close(), CLOSE_PATIENCE_MS)),
  };
}

import { Module, type DynamicModule } from '@nestjs/common';
import type { Config } from '#config/config.js';
import { ALLOWED_COUNTRIES_HINT } from '#config/operator-config.js';
import { required } from '#config/process-environment.js';
import { DatabaseModule } from '#database/database.module.js';
import { loginDemandOf } from '#database/checks/tenant-isolation-check.js';
import { lineOf } from '#dialer/routes/call-route.js';
import { operatorRules } from '#dialer/campaigns/operator-rules.js';
import { DialerModule } from '#dialer/dialer.module.js';
import { PeopleModule } from '#dialer/people/people.module.js';
import { personHashFrom } from '#dialer/people/person-hash.js';
import { QueueModule } from '#queue/queue.module.js';
import { createTelephonyProvider } from '#telephony/create-provider.js';
import type { TelephonyProvider } from '#telephony/port/telephony-provider.js';
import { ApiKeysModule } from './api-keys/api-keys.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { CallerIdsModule } from './caller-ids/caller-ids.module.js';
import { CallsModule } from './calls/calls.module.js';
import { CampaignsModule } from './campaigns/campaigns.module.js';
import { ContactsModule } from './contacts/contacts.module.js';
import { ConsentsModule } from './consents/consents.module.js';
import { DncModule } from './dnc/dnc.module.js';
import { HealthModule } from './health/health.module.js';
import { ImportsApiModule } from './imports/imports.module.js';
import { LimitsModule } from './limits/limits.module.js';
import { PersonModule } from './people/person.module.js';
import { TelephonyAccountsModule } from './telephony-accounts/telephony-accounts.module.js';
import { TelephonyModule } from './webhooks/telephony.module.js';
import { TeamModule } from './team/team.module.js';
import { TenantModule } from './tenant/tenant.module.js';

const POOL_SIZE = 10;

/** HTTP in; rows and dialer jobs out. */
@Module({})
export class ApiModule {
  static forRoot(config: Config, provider: TelephonyProvider = createTelephonyProvider(config)): DynamicModule {
    const databaseUrl = required(
      config.databaseUrl,
      'DATABASE_URL',
      'the API needs a PostgreSQL; `npm start` brings its own.',
    );
    const authSecret = required(
      config.authSecret,
      'AUTH_SECRET',
      'tokens are signed with it; make one with: openssl rand -base64 48',
    );
    required(config.operator.allowedCountries, 'ALLOWED_COUNTRIES', ALLOWED_COUNTRIES_HINT);
    return {
      module: ApiModule,
      imports: [
        DatabaseModule.forRoot(databaseUrl, {
          ...config,
          poolSize: POOL_SIZE,
          unnamed: 'refused',
          isShared: true,
          login: loginDemandOf(config),
        }),
        QueueModule.forRoot({ redisUrl: config.redisUrl, databaseUrl }, 'producer'),
        DialerModule.forRoot(provider, lineOf(config)),
        PeopleModule.forRoot(personHashFrom({ key: config.personHashKey, secret: authSecret })),
        LimitsModule.forRoot(config.limits),
        AuthModule.forRoot(authSecret, config),
        TeamModule,
        ApiKeysModule,
        AuditModule,
        PersonModule,
        TenantModule,
        CampaignsModule,
        ContactsModule,
        CallsModule,
        ImportsApiModule,
        DncModule,
        ConsentsModule,
        TelephonyAccountsModule.forRoot(config.telephony.accounts),
        CallerIdsModule,
        TelephonyModule,
        HealthModule,
      ],
      providers: [operatorRules(config, { isWorker: false })],
    };
  }
}

import { APP_ROLE, MIGRATIONS_TABLE } from '#config/database-roles.js';
import { CreateTenantsAndUsers1763856000000 } from '#migrations/1763856000000-create-tenants-and-users.js';
import { CreateCampaignsAndLeads1763856060000 } from '#migrations/1763856060000-create-campaigns-and-leads.js';
import { CreateDialerJobsAndCalls1763856120000 } from '#migrations/1763856120000-create-dialer-jobs-and-calls.js';
import { CreateCampaignTallies1763856180000 } from '#migrations/1763856180000-create-campaign-tallies.js';
import { AddEngineControls1763856240000 } from '#migrations/1763856240000-add-engine-controls.js';
import { FollowChangesOnTheWhole1763856300000 } from '#migrations/1763856300000-follow-changes-on-the-whole.js';
import { AddCallingHours1763856360000 } from '#migrations/1763856360000-add-calling-hours.js';
import { AddDncAndConsents1763856420000 } from '#migrations/1763856420000-add-dnc-and-consents.js';
import { AddAuditLog1763856480000 } from '#migrations/1763856480000-add-audit-log.js';
import { AddErasureAndRetention1763856540000 } from '#migrations/1763856540000-add-erasure-and-retention.js';
import { AddImports1763856600000 } from '#migrations/1763856600000-add-imports.js';
import { AddWalls1763856660000 } from '#migrations/1763856660000-add-walls.js';
import { AddTeamsAndKeys1763856720000 } from '#migrations/1763856720000-add-teams-and-keys.js';
import { AddMinutesBudget1763856780000 } from '#migrations/1763856780000-add-minutes-budget.js';
import { AddRateLimits1763856840000 } from '#migrations/1763856840000-add-rate-limits.js';
import { CloseToSupabaseRoles1763856900000 } from '#migrations/1763856900000-close-to-supabase-roles.js';
import { AddProviderCallbacks1763856960000 } from '#migrations/1763856960000-add-provider-callbacks.js';
import { AddTelephonyAccounts1763857020000 } from '#migrations/1763857020000-add-telephony-accounts.js';
import { NoteProviderRefusals1763857080000 } from '#migrations/1763857080000-note-provider-refusals.js';
import { AddTermsOfTalk1763857140000 } from '#migrations/1763857140000-add-terms-of-talk.js';
import { ConcludeConversations1763857200000 } from '#migrations/1763857200000-conclude-conversations.js';
import { NoteErasedRecordings1763857260000 } from '#migrations/1763857260000-note-erased-recordings.js';
import { PaceByLine1763857320000 } from '#migrations/1763857320000-pace-by-line.js';
import { KeepWhatComesLate1763857380000 } from '#migrations/1763857380000-keep-what-comes-late.js';
import { CountWorkBeforeItIsDone1763857440000 } from '#migrations/1763857440000-count-work-before-it-is-done.js';
import { NameTheInvited1763857560000 } from '#migrations/1763857560000-name-the-invited.js';
import { AddSetupToken1763857620000 } from '#migrations/1763857620000-add-setup-token.js';
import { JudgeNumbers1763857680000 } from '#migrations/1763857680000-judge-numbers.js';
import { AddOperatorLimits1763857710000 } from '#migrations/1763857710000-add-operator-limits.js';
import { FixSearchPaths1763857800000 } from '#migrations/1763857800000-fix-search-paths.js';
import { WatchForRestores1763857920000 } from '#migrations/1763857920000-watch-for-restores.js';
import { LogSuppressions1763857950000 } from '#migrations/1763857950000-log-suppressions.js';
import { PresumeEnds1763858040000 } from '#migrations/1763858040000-presume-ends.js';
import { WatchLiveCalls1763858070000 } from '#migrations/1763858070000-watch-live-calls.js';
import { KeepWaitsOfRemovedLeads1763858160000 } from '#migrations/1763858160000-keep-waits-of-removed-leads.js';
import { CountWhatAListLoses1763858190000 } from '#migrations/1763858190000-count-what-a-list-loses.js';
import { AddUnknownNumbers1763858220000 } from '#migrations/1763858220000-add-unknown-numbers.js';
import { DropTrunkPrefixes1763858250000 } from '#migrations/1763858250000-drop-trunk-prefixes.js';
import { KeyNumbers1763858300000 } from '#migrations/1763858300000-key-numbers.js';
import { AddFirstWords1763858400000 } from '#migrations/1763858400000-add-first-words.js';
import { CountRowsLeftOut1763858500000 } from '#migrations/1763858500000-count-rows-left-out.js';
import { NoteInviters1763858610000 } from '#migrations/1763858610000-note-inviters.js';
import { BoundConversations1763858620000 } from '#migrations/1763858620000-bound-conversations.js';
import { CheckPersonHash1763858630000 } from '#migrations/1763858630000-check-person-hash.js';
import { NormaliseEmails1763858600000 } from '#migrations/1763858600000-normalise-emails.js';
import { AddTestWorld1763858700000 } from '#migrations/1763858700000-add-test-world.js';
import { ListTelephonyAccounts1763858720000 } from '#migrations/1763858720000-list-telephony-accounts.js';
import { ListLiveCampaigns1763858720100 } from '#migrations/1763858720100-list-live-campaigns.js';
import { RenamePlacesAndEvents1763858730000 } from '#migrations/1763858730000-rename-places-and-events.js';
import type { PoolClient } from 'pg';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import { ENTITIES } from './entities/entities.js';

/** Migrations in the order in which they are applied. */
export const MIGRATIONS = [
  CreateTenantsAndUsers1763856000000,
  CreateCampaignsAndLeads1763856060000,
  CreateDialerJobsAndCalls1763856120000,
  CreateCampaignTallies1763856180000,
  AddEngineControls1763856240000,
  FollowChangesOnTheWhole1763856300000,
  AddCallingHours1763856360000,
  AddDncAndConsents1763856420000,
  AddAuditLog1763856480000,
  AddErasureAndRetention1763856540000,
  AddImports1763856600000,
  AddWalls1763856660000,
  AddTeamsAndKeys1763856720000,
  AddMinutesBudget1763856780000,
  AddRateLimits1763856840000,
  CloseToSupabaseRoles1763856900000,
  AddProviderCallbacks1763856960000,
  AddTelephonyAccounts1763857020000,
  NoteProviderRefusals1763857080000,
  AddTermsOfTalk1763857140000,
  ConcludeConversations1763857200000,
  NoteErasedRecordings1763857260000,
  PaceByLine1763857320000,
  KeepWhatComesLate1763857380000,
  CountWorkBeforeItIsDone1763857440000,
  NameTheInvited1763857560000,
  AddSetupToken1763857620000,
  JudgeNumbers1763857680000,
  AddOperatorLimits1763857710000,
  FixSearchPaths1763857800000,
  WatchForRestores1763857920000,
  LogSuppressions1763857950000,
  PresumeEnds1763858040000,
  WatchLiveCalls1763858070000,
  KeepWaitsOfRemovedLeads1763858160000,
  CountWhatAListLoses1763858190000,
  AddUnknownNumbers1763858220000,
  DropTrunkPrefixes1763858250000,
  KeyNumbers1763858300000,
  AddFirstWords1763858400000,
  CountRowsLeftOut1763858500000,
  NormaliseEmails1763858600000,
  NoteInviters1763858610000,
  BoundConversations1763858620000,
  CheckPersonHash1763858630000,
  AddTestWorld1763858700000,
  ListTelephonyAccounts1763858720000,
  ListLiveCampaigns1763858720100,
  RenamePlacesAndEvents1763858730000,
];

/**
 * A statement that takes longer has lost its peer or its plan. The server ends it, so that no client waits for ever.
 */
export const STATEMENT_TIMEOUT_MS = 6_000;

/**
 * A process that is frozen or cut off in a transaction keeps its locks for this long. Lock waits end a little earlier,
 * so that one locked campaign does not block all others.
 */
const IDLE_IN_TRANSACTION_MS = 5_000;
const LOCK_TIMEOUT_MS = 4_000;

/**
 * Every hot statement finds a few rows by an index, and its plan is kept as long as its connection. A plan made while a
 * table was small scans the whole table. An hour later that costs a thousand times more
 * (docs/decisions/0008-plans-that-last.md).
 */
const PLANS_THAT_LAST = '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off';

export interface PoolOptions {
  readonly poolSize: number;
  /** Called before a new connection is handed out. */
  readonly verify?: (client: PoolClient, done: (error?: Error) => void) => void;
}

/** Options of the processes, which work as a role that owns nothing. */
export function dataSourceOptions(databaseUrl: string, { poolSize, verify }: PoolOptions): PostgresDataSourceOptions {
  return {
    ...commonOptions(databaseUrl),
    poolSize,
    extra: {
      keepAlive: true,
      ...(verify && { verify }),
      options: `-c role=${APP_ROLE} ${PLANS_THAT_LAST}`,
      ...timeouts(STATEMENT_TIMEOUT_MS),
      lock_timeout: LOCK_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    },
  };
}

/** Limit of a migration, which may rewrite a table of any size. */
const MIGRATION_TIMEOUT_MS = 6 * 3_600_000;

/** Options of the login that owns the tables, or will own them. */
export function ownerOptions(databaseUrl: string): PostgresDataSourceOptions {
  return {
    ...commonOptions(databaseUrl),
    poolSize: 2,
    extra: { keepAlive: true, ...timeouts(MIGRATION_TIMEOUT_MS) },
  };
}

function commonOptions(databaseUrl: string): PostgresDataSourceOptions {
  return {
    type: 'postgres',
    url: databaseUrl,
    entities: ENTITIES,
    migrations: MIGRATIONS,
    migrationsTableName: MIGRATIONS_TABLE,
    synchronize: false,
    installExtensions: false,
    applicationName: 'outdial',
    connectTimeoutMS: 5_000,
  };
}

function timeouts(statementTimeoutMs: number) {
  return { statement_timeout: statementTimeoutMs, query_timeout: statementTimeoutMs + 1_000 };
}

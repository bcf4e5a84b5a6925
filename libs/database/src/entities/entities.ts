import { ApiKey } from './api-key.entity.js';
import { AuditHeadRow } from './audit-head.entity.js';
import { AuditRecord } from './audit-record.entity.js';
import { AuthSession } from './auth-session.entity.js';
import { Call } from './call.entity.js';
import { CallReportRow } from './call-report.entity.js';
import { CallerId } from './caller-id.entity.js';
import { Campaign } from './campaign.entity.js';
import { CampaignHours } from './campaign-hours.entity.js';
import { CampaignTally } from './campaign-tally.entity.js';
import { Consent } from './consent.entity.js';
import { Conversation } from './conversation.entity.js';
import { DialerJob } from './dialer-job.entity.js';
import { DialingCounter } from './dialing-counter.entity.js';
import { DncEntry } from './dnc-entry.entity.js';
import { ErasedPerson } from './erased-person.entity.js';
import { GivenUpCall } from './given-up-call.entity.js';
import { Import, ImportChunk, ImportPerson, ImportRow } from './import.entity.js';
import { Installation } from './installation.entity.js';
import { Lead } from './lead.entity.js';
import { CostLookup } from './cost-lookup.entity.js';
import { Lease } from './lease.entity.js';
import { OneTimeLink } from './one-time-link.entity.js';
import { Pacing } from './pacing.entity.js';
import { AreaRow } from './area.entity.js';
import { ProviderWebhook } from './provider-webhook.entity.js';
import { RateLimitRow } from './rate-limit.entity.js';
import { Recording } from './recording.entity.js';
import { RefreshToken } from './refresh-token.entity.js';
import { SuppressionOutboxRow } from './suppression-outbox.entity.js';
import { TelephonyAccount } from './telephony-account.entity.js';
import { Tenant } from './tenant.entity.js';
import { UserCredential } from './user-credential.entity.js';
import { UserProfile } from './user-profile.entity.js';
import { WorkTry } from './work-try.entity.js';

/** Entities of all tables of the schema. A test compares their columns with the real ones. */
export const ENTITIES = [
  Tenant,
  UserProfile,
  UserCredential,
  AuthSession,
  RefreshToken,
  OneTimeLink,
  ApiKey,
  Campaign,
  Lead,
  DialerJob,
  Call,
  CostLookup,
  GivenUpCall,
  CallReportRow,
  Conversation,
  Recording,
  CampaignTally,
  Lease,
  WorkTry,
  Installation,
  DialingCounter,
  SuppressionOutboxRow,
  Pacing,
  RateLimitRow,
  AreaRow,
  CampaignHours,
  DncEntry,
  Consent,
  AuditHeadRow,
  AuditRecord,
  ErasedPerson,
  Import,
  ImportChunk,
  ImportRow,
  ImportPerson,
  ProviderWebhook,
  TelephonyAccount,
  CallerId,
];

import { ApiKey } from './api-key.entity.js';
import { AuditHeadRow } from './audit-head.entity.js';
import { AuditRecord } from './audit-record.entity.js';
import { AuthSession } from './auth-session.entity.js';
import { Call } from './call.entity.js';
import { CallEventRow } from './call-event.entity.js';
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
import { LateLook } from './late-look.entity.js';
import { Lease } from './lease.entity.js';
import { OneTimeLink } from './one-time-link.entity.js';
import { Pacing } from './pacing.entity.js';
import { PlaceRow } from './place.entity.js';
import { ProviderCallback } from './provider-callback.entity.js';
import { RateLimitRow } from './rate-limit.entity.js';
import { Recording } from './recording.entity.js';
import { RefreshToken } from './refresh-token.entity.js';
import { SuppressionOutboxRow } from './suppression-outbox.entity.js';
import { TelephonyAccount } from './telephony-account.entity.js';
import { Tenant } from './tenant.entity.js';
import { UserCredential } from './user-credential.entity.js';
import { UserProfile } from './user-profile.entity.js';
import { WorkTry } from './work-try.entity.js';

/** Every table of the schema, as TypeORM sees it; a test compares the columns with the real ones. */
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
  LateLook,
  GivenUpCall,
  CallEventRow,
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
  PlaceRow,
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
  ProviderCallback,
  TelephonyAccount,
  CallerId,
];

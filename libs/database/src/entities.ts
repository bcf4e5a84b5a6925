import { ApiKey } from './entities/api-key.entity.js';
import { AuditHeadRow } from './entities/audit-head.entity.js';
import { AuditRecord } from './entities/audit-record.entity.js';
import { AuthSession } from './entities/auth-session.entity.js';
import { Call } from './entities/call.entity.js';
import { CallEventRow } from './entities/call-event.entity.js';
import { CallerId } from './entities/caller-id.entity.js';
import { Campaign } from './entities/campaign.entity.js';
import { CampaignHours } from './entities/campaign-hours.entity.js';
import { CampaignTally } from './entities/campaign-tally.entity.js';
import { Consent } from './entities/consent.entity.js';
import { Conversation } from './entities/conversation.entity.js';
import { DialerJob } from './entities/dialer-job.entity.js';
import { DialingCounter } from './entities/dialing-counter.entity.js';
import { DncEntry } from './entities/dnc-entry.entity.js';
import { ErasedPerson } from './entities/erased-person.entity.js';
import { GivenUpCall } from './entities/given-up-call.entity.js';
import { Import, ImportChunk, ImportPerson, ImportRow } from './entities/import.entity.js';
import { Installation } from './entities/installation.entity.js';
import { Lead } from './entities/lead.entity.js';
import { LateLook } from './entities/late-look.entity.js';
import { Lease } from './entities/lease.entity.js';
import { OneTimeLink } from './entities/one-time-link.entity.js';
import { Pacing } from './entities/pacing.entity.js';
import { PlaceRow } from './entities/place.entity.js';
import { ProviderCallback } from './entities/provider-callback.entity.js';
import { RateLimitRow } from './entities/rate-limit.entity.js';
import { Recording } from './entities/recording.entity.js';
import { RefreshToken } from './entities/refresh-token.entity.js';
import { SuppressionOutboxRow } from './entities/suppression-outbox.entity.js';
import { TelephonyAccount } from './entities/telephony-account.entity.js';
import { Tenant } from './entities/tenant.entity.js';
import { UserCredential } from './entities/user-credential.entity.js';
import { UserProfile } from './entities/user-profile.entity.js';
import { WorkTry } from './entities/work-try.entity.js';

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

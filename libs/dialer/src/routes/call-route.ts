import type { Config } from '#config/config.js';
import type { DialingJob } from '#database/statements/engine/place/begin-dialing.js';
import { openingOf } from '#rules/first-words/first-words.js';
import { harmless, rendered } from '#rules/template/template.js';
import type { AccountCredentials } from '#telephony/port/account-credentials.js';
import { callbackPath } from '#telephony/port/webhook-path.js';
import { createAccountProvider } from '#telephony/create-provider.js';
import type { CallReference, PlaceCallRequest, TelephonyProvider } from '#telephony/port/telephony-provider.js';
import { ClosedAccount, type ClosedFor } from './closed-account.js';
import { CredentialVault } from './credential-cipher.js';

export const LINE_SETTINGS = Symbol('LineSettings');

export interface LineSettings {
  /** E.164; null: whatever the provider shows by itself. */
  readonly callerId: string | null;
  /** Those that may be shown, E.164; null: any. */
  readonly callerIds: ReadonlySet<string> | null;
  /** Where the API is reached by providers that call back. */
  readonly publicUrl: string;
  /** Null: as is usual with the provider. */
  readonly callsPerSecond: number | null;
  /** What opens the credentials of tenants' accounts, and what is made of them then. */
  readonly vault: CredentialVault;
  readonly providerFor: (credentials: AccountCredentials) => TelephonyProvider;
}

/** What the environment says of it. */
export function lineOf({
  telephony,
  publicUrl,
  worker,
}: Pick<Config, 'telephony' | 'publicUrl' | 'worker'>): LineSettings {
  return {
    callerId: telephony.callerId,
    callerIds: telephony.callerIds,
    publicUrl,
    callsPerSecond: worker.callsPerSecond,
    vault: new CredentialVault(telephony.accounts.credentialsKeys),
    providerFor: (credentials) => createAccountProvider(credentials, { telephony, publicUrl }),
  };
}

/** A call as the database tells of it. */
export interface PlacedCall {
  readonly dialer_job_id: string;
  readonly phone_number: string;
  /** Null in calls of versions that did not note it, too. */
  readonly from_number: string | null;
  readonly provider_call_id: string | null;
  /** Null: it was not placed, yet. */
  readonly attempt: number | null;
}

/** A provider, and what every call over it has in common. */
export class CallLine {
  /** @param accountId the tenant's account that it is; null: that of the environment. */
  constructor(
    readonly provider: TelephonyProvider,
    private readonly settings: Pick<LineSettings, 'callerId' | 'callerIds' | 'publicUrl'>,
    readonly accountId: string | null = null,
  ) {}

  /** Of calls that neither their campaign nor a pool gives one. */
  get callerId(): string | null {
    return this.settings.callerId;
  }

  /** Why nobody can call over it; null: it is open. */
  get closedFor(): ClosedFor | null {
    return this.provider instanceof ClosedAccount ? this.provider.reason : null;
  }

  /** Whether this provider would sign for its calls, and what it signs with cannot be read for now. */
  isUnreadableTo(providerName: string): boolean {
    return this.provider instanceof ClosedAccount && this.provider.standsFor === providerName;
  }

  /** Whether a call is this provider's: another knows nothing of it, or makes something up, and is not to be asked. */
  carries(call: { readonly provider: string | null }): boolean {
    return call.provider === this.provider.name;
  }

  mayShow(number: string): boolean {
    return this.settings.callerIds?.has(number) ?? true;
  }

  /** Whether a campaign that begins with this could be heard by nobody. */
  saysNothing(firstMessage: string | null): boolean {
    return this.provider.saysNothing?.(firstMessage) ?? false;
  }

  /** The one request of a dialer job, as its campaign and its lead have it. */
  toRequest(job: DialingJob): PlaceCallRequest {
    return {
      dialerJobId: job.dialer_job_id,
      to: job.phone_number,
      from: job.from_number,
      callbackUrl: this.callbackUrl(job.dialer_job_id),
      agent: {
        systemPrompt: rendered(job.system_prompt, job, 'prompt'),
        voiceId: job.voice_id,
        ...openingOf(job.first_words, job.first_message, job),
        language: job.language,
      },
      person: { firstName: nameOf(job.first_name), lastName: nameOf(job.last_name) },
      ringTimeoutSeconds: job.ring_timeout_seconds,
      maxCallSeconds: job.max_call_seconds,
      recordCall: job.record_calls,
      voicemailAction: job.voicemail_action,
      attempt: job.attempt,
      placedAt: job.placed_at,
    };
  }

  toReference(call: PlacedCall, placedAt: Date): CallReference {
    return {
      dialerJobId: call.dialer_job_id,
      providerCallId: call.provider_call_id,
      to: call.phone_number,
      from: call.from_number ?? this.callerId,
      attempt: call.attempt ?? 1,
      placedAt,
    };
  }

  private callbackUrl(dialerJobId: string): string | null {
    if (!this.provider.readCallback) return null;
    return this.settings.publicUrl + callbackPath(this.provider.name, dialerJobId);
  }
}

/** A name as it may be said; null: there is nothing to say of it. */
function nameOf(name: string | null): string | null {
  return harmless(name ?? '') || null;
}

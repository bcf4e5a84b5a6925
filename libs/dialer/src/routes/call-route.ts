import type { Config } from '#config/config.js';
import type { DialingJob } from '#database/statements/engine/place/begin-dialing.js';
import { openingOf } from '#rules/first-words/first-words.js';
import { harmless, rendered } from '#rules/template/template.js';
import type { AccountCredentials } from '#telephony/port/account-credentials.js';
import { webhookPath } from '#telephony/port/webhook-path.js';
import { createAccountProvider } from '#telephony/create-provider.js';
import type { CallReference, PlaceCallRequest, TelephonyProvider } from '#telephony/port/telephony-provider.js';
import { ClosedAccount, type ClosedFor } from './closed-account.js';
import { CredentialCipher } from './credential-cipher.js';

export const ROUTE_SETTINGS = Symbol('LineSettings');

export interface RouteSettings {
  /** E.164; null: the provider shows its own number. */
  readonly callerId: string | null;
  /** Numbers that may be shown, E.164; null: any. */
  readonly callerIds: ReadonlySet<string> | null;
  /** Address at which providers reach the API with their webhooks. */
  readonly publicUrl: string;
  /** Null: the provider's usual number. */
  readonly callsPerSecond: number | null;
  /** Decrypts the credentials of tenants' accounts. */
  readonly vault: CredentialCipher;
  readonly providerFor: (credentials: AccountCredentials) => TelephonyProvider;
}

/** Reads the settings of the environment's route. */
export function routeOf({
  telephony,
  publicUrl,
  worker,
}: Pick<Config, 'telephony' | 'publicUrl' | 'worker'>): RouteSettings {
  return {
    callerId: telephony.callerId,
    callerIds: telephony.callerIds,
    publicUrl,
    callsPerSecond: worker.callsPerSecond,
    vault: new CredentialCipher(telephony.accounts.credentialsKeys),
    providerFor: (credentials) => createAccountProvider(credentials, { telephony, publicUrl }),
  };
}

/** A call as the database knows it. */
export interface PlacedCall {
  readonly dialer_job_id: string;
  readonly phone_number: string;
  /** Null also for calls of versions that did not store it. */
  readonly from_number: string | null;
  readonly provider_call_id: string | null;
  /** Null: the call is not placed yet. */
  readonly attempt: number | null;
}

/** A route of calls: a provider, and the settings that all calls over it share. */
export class CallRoute {
  /** @param accountId the tenant's account; null: the environment's. */
  constructor(
    readonly provider: TelephonyProvider,
    private readonly settings: Pick<RouteSettings, 'callerId' | 'callerIds' | 'publicUrl'>,
    readonly accountId: string | null = null,
  ) {}

  /** Number of calls that have none from their campaign or a pool. */
  get callerId(): string | null {
    return this.settings.callerId;
  }

  /** Reason why no call can go over this route; null: it is open. */
  get closedFor(): ClosedFor | null {
    return this.provider instanceof ClosedAccount ? this.provider.reason : null;
  }

  /** Returns true if this route replaces an account of that provider whose credentials cannot be read for now. */
  isUnreadableTo(providerName: string): boolean {
    return this.provider instanceof ClosedAccount && this.provider.standsFor === providerName;
  }

  /**
   * Returns true if the call was placed over this provider. Another provider must not be asked: it may invent an
   * answer.
   */
  carries(call: { readonly provider: string | null }): boolean {
    return call.provider === this.provider.name;
  }

  mayShow(number: string): boolean {
    return this.settings.callerIds?.has(number) ?? true;
  }

  /** Returns true if a call that begins with this message would be silent. */
  saysNothing(firstMessage: string | null): boolean {
    return this.provider.saysNothing?.(firstMessage) ?? false;
  }

  /** Returns the one request of a dialer job, with the texts of its campaign and the names of its lead. */
  toRequest(job: DialingJob): PlaceCallRequest {
    return {
      dialerJobId: job.dialer_job_id,
      to: job.phone_number,
      from: job.from_number,
      webhookUrl: this.webhookUrl(job.dialer_job_id),
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

  private webhookUrl(dialerJobId: string): string | null {
    if (!this.provider.readWebhook) return null;
    return this.settings.publicUrl + webhookPath(this.provider.name, dialerJobId);
  }
}

/** Returns a name in a form that is safe to say; null if nothing is left. */
function nameOf(name: string | null): string | null {
  return harmless(name ?? '') || null;
}

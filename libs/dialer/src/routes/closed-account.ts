import { DOMAIN_ERRORS } from '#rules/errors/domain-error.js';
import type {
  CallLookup,
  OpenedRecording,
  HangupResult,
  PlaceCallResult,
  TelephonyProvider,
} from '#telephony/port/telephony-provider.js';

/**
 * Code of the rejection of an account that cannot be used. It was deleted, or none of the keys decrypts its
 * credentials.
 */
export type ClosedFor = 'telephony_account_gone' | 'telephony_account_unreadable';

/** Replaces the provider of an account that cannot be used. It accepts no call, and knows none. */
export class ClosedAccount implements TelephonyProvider {
  readonly name = 'closed_account';
  readonly capabilities = { lookupIntervalSeconds: 60, createTimeoutSeconds: 1, lateFactsSeconds: [] };

  /** @param standsFor the name of the account's provider, if the account may be readable again. */
  constructor(
    readonly reason: ClosedFor,
    readonly standsFor: string | null = null,
  ) {}

  async placeCall(): Promise<PlaceCallResult> {
    return { kind: 'rejected', fault: 'account', code: this.reason };
  }

  async hangup(): Promise<HangupResult> {
    return 'unavailable';
  }

  async lookUp(): Promise<CallLookup> {
    return { kind: 'unavailable', cause: DOMAIN_ERRORS[this.reason] };
  }

  async openRecording(): Promise<OpenedRecording> {
    return this.reason === 'telephony_account_gone' ? 'gone' : 'unavailable';
  }
}

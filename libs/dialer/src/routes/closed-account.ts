import { DOMAIN_ERRORS } from '#rules/errors/domain-error.js';
import type {
  CallLookup,
  OpenedRecording,
  HangupResult,
  PlaceCallResult,
  TelephonyProvider,
} from '#telephony/port/telephony-provider.js';

/**
 * Why nobody can call over an account, as refusals say it: it was deleted, or its credentials open with no key that is
 * here.
 */
export type ClosedFor = 'telephony_account_gone' | 'telephony_account_unreadable';

/** Stands in for the provider of an account that nobody can call over: it takes no call, and knows of none. */
export class ClosedAccount implements TelephonyProvider {
  readonly name = 'closed_account';
  readonly capabilities = { lookupIntervalSeconds: 60, createTimeoutSeconds: 1, lateFactsSeconds: [] };

  /** @param standsFor the name of the account's provider, where it may be open again. */
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

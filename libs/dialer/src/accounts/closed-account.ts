import type {
  CallLookup,
  OpenedRecording,
  HangupResult,
  PlaceCallResult,
  TelephonyProvider,
} from '#telephony/telephony-provider.js';

const CAUSE = 'the telephony account was deleted, or its credentials cannot be opened';

/** Stands in for the provider of an account that nobody can call over: it takes no call, and knows of none. */
export class ClosedAccount implements TelephonyProvider {
  readonly name = 'closed_account';
  readonly capabilities = { lookupIntervalSeconds: 60, createTimeoutSeconds: 1, lateFactsSeconds: [] };

  async placeCall(): Promise<PlaceCallResult> {
    return { kind: 'rejected', fault: 'account', code: 'telephony_account_closed' };
  }

  async hangup(): Promise<HangupResult> {
    return 'unavailable';
  }

  async lookUp(): Promise<CallLookup> {
    return { kind: 'unavailable', cause: CAUSE };
  }

  async openRecording(): Promise<OpenedRecording> {
    return 'unavailable';
  }
}

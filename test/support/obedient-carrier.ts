import type { CallReport } from '#rules/call/call-report.js';
import type { CallStatus } from '#rules/call/call-status.js';
import type {
  CallLookup,
  OpenedRecording,
  CallReference,
  HangupResult,
  PlaceCallRequest,
  PlaceCallResult,
  TelephonyCapabilities,
  TelephonyProvider,
} from '#telephony/port/telephony-provider.js';

/** A carrier that does as the test says: answers create requests so, reports that, knows this when asked. */
export class ObedientCarrier implements TelephonyProvider {
  readonly name = 'obedient';
  capabilities: TelephonyCapabilities = { lookupIntervalSeconds: 60, createTimeoutSeconds: 60, lateFactsSeconds: [] };
  readonly requests: PlaceCallRequest[] = [];
  readonly lookUps: CallReference[] = [];
  readonly hangUps: CallReference[] = [];
  private listener: (event: CallReport) => void = () => undefined;

  answer: (request: PlaceCallRequest) => PlaceCallResult | Promise<PlaceCallResult> = (request) => this.accept(request);
  lookup: (call: CallReference) => CallLookup | Promise<CallLookup> = () => ({ kind: 'not_found', isFinal: false });

  accept(request: PlaceCallRequest): PlaceCallResult {
    return { kind: 'accepted', providerCallId: providerCallIdOf(request.dialerJobId) };
  }

  async placeCall(request: PlaceCallRequest): Promise<PlaceCallResult> {
    this.requests.push(request);
    return this.answer(request);
  }

  async hangup(call: CallReference): Promise<HangupResult> {
    this.hangUps.push(call);
    return 'hung_up';
  }

  async lookUp(call: CallReference): Promise<CallLookup> {
    this.lookUps.push(call);
    return this.lookup(call);
  }

  async openRecording(): Promise<OpenedRecording> {
    return 'gone';
  }

  stream(listener: (event: CallReport) => void): () => Promise<void> {
    this.listener = listener;
    return async () => undefined;
  }

  report(event: CallReport): void {
    this.listener(event);
  }
}

export function providerCallIdOf(dialerJobId: string): string {
  return `call-${dialerJobId}`;
}

/** A call report, as a carrier would send it. */
export function eventOf(dialerJobId: string, status: CallStatus, facts: Partial<CallReport> = {}): CallReport {
  return {
    reportKey: status,
    dialerJobId,
    providerCallId: providerCallIdOf(dialerJobId),
    occurredAt: new Date(),
    status,
    ...facts,
  };
}

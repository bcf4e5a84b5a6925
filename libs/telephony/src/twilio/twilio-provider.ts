import type { CallReport } from '#rules/call/call-report.js';
import { openHttpRecording, recordingIn } from '../carrier/http-recording.js';
import { causeOf } from '../carrier/transport-failure.js';
import { LATE_FACTS_SECONDS } from '../port/late-facts.js';
import type {
  WebhookReading,
  WebhookRequest,
  CallListing,
  CallLookup,
  OpenedRecording,
  CallReference,
  HangupResult,
  PlaceCallRequest,
  PlaceCallResult,
  TelephonyCapabilities,
  TelephonyProvider,
} from '../port/telephony-provider.js';
import { isCallSid, readCallResource, toListedCall, toLookupReport, type CallResource } from './call-resource.js';
import { callsSince, CREATE_TIMEOUT_SECONDS, findCalls } from './call-search.js';
import { toCallStatus } from './call-status.js';
import { spokenText } from './call-twiml.js';
import { toCreateResult, toFailedResult } from './create-answer.js';
import { toCreateForm } from './create-form.js';
import { hangUp } from './hang-up.js';
import { readWebhook } from './read-webhook.js';
import { findRecording } from './recordings.js';
import { TwilioApi } from './twilio-api.js';
import type { TwilioSettings } from './twilio-settings.js';

/** Time for one hang-up or look-up, however many requests it needs. */
const ANSWER_TIMEOUT_MS = 6_000;

/**
 * Path of a recording. The request always goes to the configured host, whatever host a webhook names: only that host
 * gets the secret.
 */
const RECORDING = /\/Recordings\/(RE[0-9a-f]{32})(?:\.\w+)?$/i;

/** Calls over Twilio Programmable Voice, with its REST API of 2010-04-01. Conversations run over ConversationRelay. */
export class TwilioProvider implements TelephonyProvider {
  readonly name = 'twilio';
  readonly capabilities: TelephonyCapabilities = {
    lookupIntervalSeconds: 60,
    createTimeoutSeconds: CREATE_TIMEOUT_SECONDS,
    lateFactsSeconds: LATE_FACTS_SECONDS,
  };
  private readonly api: TwilioApi;

  constructor(private readonly settings: TwilioSettings) {
    this.api = new TwilioApi(settings);
  }

  /** Token with which Twilio signs its webhooks. */
  get authToken(): string {
    return this.settings.authToken;
  }

  get relaysConversations(): boolean {
    return this.settings.relayUrl !== null;
  }

  saysNothing(firstMessage: string | null): boolean {
    return this.settings.relayUrl === null && spokenText(firstMessage) === '';
  }

  async placeCall(request: PlaceCallRequest, signal: AbortSignal): Promise<PlaceCallResult> {
    const order = toCreateForm(request, this.settings);
    if (order.kind === 'rejected') return order;
    try {
      return toCreateResult(await this.api.post('Calls.json', order.form, signal), new Date());
    } catch (error) {
      return toFailedResult(error);
    }
  }

  async hangup(call: CallReference): Promise<HangupResult> {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    try {
      const sid = call.providerCallId ?? (await findCalls(this.api, call, signal))[0]?.sid;
      return isCallSid(sid) ? await hangUp(this.api, sid, signal) : 'not_found';
    } catch {
      return 'unavailable';
    }
  }

  /** Looks up a call. The resource is eventually consistent, so its absence is never final. */
  async lookUp(call: CallReference): Promise<CallLookup> {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    try {
      const reports = await this.toReports(call, await this.find(call, signal), signal);
      const [report, ...others] = reports;
      return report ? { kind: 'found', report, others } : { kind: 'not_found', isFinal: false };
    } catch (error) {
      return { kind: 'unavailable', cause: causeOf(error) };
    }
  }

  async listCalls(since: Date): Promise<CallListing> {
    try {
      const calls = await callsSince(this.api, since, ANSWER_TIMEOUT_MS);
      return { kind: 'listed', calls: calls.map(toListedCall) };
    } catch (error) {
      return { kind: 'unavailable', cause: causeOf(error) };
    }
  }

  async openRecording(recordingUrl: string): Promise<OpenedRecording> {
    const sid = RECORDING.exec(recordingUrl)?.[1];
    if (sid === undefined) return 'gone';
    return openHttpRecording(async (signal) => recordingIn(await this.api.open(`Recordings/${sid}`, signal)));
  }

  readWebhook(webhook: WebhookRequest): WebhookReading {
    return readWebhook(webhook, this.settings.authToken, new Date());
  }

  /** Finds all calls that may be meant, best first. */
  private async find(call: CallReference, signal: AbortSignal): Promise<CallResource[]> {
    if (call.providerCallId === null) return findCalls(this.api, call, signal);
    if (!isCallSid(call.providerCallId)) return [];
    const { content, date } = await this.api.readDated(`Calls/${call.providerCallId}.json`, signal);
    const resource = readCallResource(content);
    return resource ? [{ ...resource, told_at: date }] : [];
  }

  private toReports(
    { dialerJobId }: CallReference,
    found: readonly CallResource[],
    signal: AbortSignal,
  ): Promise<CallReport[]> {
    const toReport = async (one: CallResource) =>
      toLookupReport(one, { dialerJobId, recordingUrl: await this.recordingOf(one, signal), now: new Date() });
    return Promise.all(found.map(toReport));
  }

  /** Finds the recording, which the Call resource lacks. A failure leaves the report without it. */
  private async recordingOf(call: CallResource, signal: AbortSignal): Promise<string | null> {
    if (toCallStatus(call.status) !== 'completed') return null;
    return findRecording(this.api, call.sid, signal).catch(() => null);
  }
}

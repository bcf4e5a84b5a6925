import type { CallEvent } from '#rules/call/call-report.js';
import { openHttpRecording, recordingIn } from '../carrier/http-recording.js';
import { causeOf } from '../carrier/transport-failure.js';
import { LATE_FACTS_SECONDS } from '../port/late-facts.js';
import type {
  CallbackReading,
  CallbackRequest,
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
import { isCallSid, readCallResource, toListedCall, toLookupEvent, type CallResource } from './call-resource.js';
import { callsSince, CREATE_TIMEOUT_SECONDS, findCalls } from './call-search.js';
import { toCallStatus } from './call-status.js';
import { spokenText } from './call-twiml.js';
import { toCreateResult, toFailedResult } from './create-answer.js';
import { toCreateForm } from './create-form.js';
import { hangUp } from './hang-up.js';
import { readCallback } from './read-webhook.js';
import { findRecording } from './recordings.js';
import { TwilioApi } from './twilio-api.js';
import type { TwilioSettings } from './twilio-settings.js';

/** All that one question may take, however many requests it needs. */
const ANSWER_TIMEOUT_MS = 6_000;

/** Whatever host a callback names, ours is the one that is asked: it alone is told our secret. */
const RECORDING = /\/Recordings\/(RE[0-9a-f]{32})(?:\.\w+)?$/i;

/** Twilio Programmable Voice, by its REST API of 2010-04-01; conversations go over ConversationRelay. */
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

  /** With which Twilio signs what it sends us. */
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

  /** The resource is eventually consistent: that it is not there is never the last word. */
  async lookUp(call: CallReference): Promise<CallLookup> {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    try {
      const events = await this.toEvents(call, await this.find(call, signal), signal);
      const [event, ...others] = events;
      return event ? { kind: 'found', event, others } : { kind: 'not_found', isFinal: false };
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

  readCallback(callback: CallbackRequest): CallbackReading {
    return readCallback(callback, this.settings.authToken, new Date());
  }

  /** All that can be meant, best first. */
  private async find(call: CallReference, signal: AbortSignal): Promise<CallResource[]> {
    if (call.providerCallId === null) return findCalls(this.api, call, signal);
    if (!isCallSid(call.providerCallId)) return [];
    const { content, date } = await this.api.readDated(`Calls/${call.providerCallId}.json`, signal);
    const resource = readCallResource(content);
    return resource ? [{ ...resource, told_at: date }] : [];
  }

  private toEvents(
    { dialerJobId }: CallReference,
    found: readonly CallResource[],
    signal: AbortSignal,
  ): Promise<CallEvent[]> {
    const toEvent = async (one: CallResource) =>
      toLookupEvent(one, { dialerJobId, recordingUrl: await this.recordingOf(one, signal), now: new Date() });
    return Promise.all(found.map(toEvent));
  }

  /** What is not told with the call itself; a call without one is told all the same. */
  private async recordingOf(call: CallResource, signal: AbortSignal): Promise<string | null> {
    if (toCallStatus(call.status) !== 'completed') return null;
    return findRecording(this.api, call.sid, signal).catch(() => null);
  }
}

import { foreignText } from '#runtime/foreign-text.js';
import { LATE_FACTS_SECONDS } from '../port/late-facts.js';
import { openHttpRecording } from '../carrier/http-recording.js';
import { causeOf, isUnsendable } from '../carrier/transport-failure.js';
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
import { isUuid } from '#runtime/uuid.js';
import { toListedCall, toLookupReport } from './call-resource.js';
import { callsSince, CREATE_TIMEOUT_SECONDS, findCall } from './call-search.js';
import { CallerIds } from './caller-ids.js';
import { toCreateResult, toFailedResult, unasked } from './create-answer.js';
import { toCreateBody } from './create-body.js';
import { hangUp } from './hang-up.js';
import { JsonObject } from './json-object.js';
import { PublicWeb } from './public-web.js';
import { readWebhook } from './read-webhook.js';
import { askForRecording } from './recordings.js';
import { UnexpectedAnswer, VapiApi } from './vapi-api.js';
import type { VapiSettings } from './vapi-settings.js';

/** Time for one hang-up or look-up, however many requests it needs. */
const ANSWER_TIMEOUT_MS = 6_000;

/**
 * Calls over Vapi (https://docs.vapi.ai), which runs the conversation itself. Each call has an assistant of its own. A
 * caller id is one of the organisation's numbers in Vapi, in E.164. Without one, calls come from `phoneNumberId`.
 */
export class VapiProvider implements TelephonyProvider {
  readonly name = 'vapi';
  readonly capabilities: TelephonyCapabilities = {
    lookupIntervalSeconds: 60,
    createTimeoutSeconds: CREATE_TIMEOUT_SECONDS,
    lateFactsSeconds: LATE_FACTS_SECONDS,
  };
  private readonly api: VapiApi;
  private readonly web: PublicWeb;
  private readonly callerIds: CallerIds;

  constructor(private readonly settings: VapiSettings) {
    this.api = new VapiApi(settings);
    this.web = new PublicWeb(settings.apiUrl);
    this.callerIds = new CallerIds(this.api);
  }

  async placeCall(request: PlaceCallRequest, signal: AbortSignal): Promise<PlaceCallResult> {
    const phoneNumberId = await this.phoneNumberIdOf(request.from);
    if (typeof phoneNumberId !== 'string') return phoneNumberId;
    if (signal.aborted) return unasked('not_asked_in_time');
    const result = await this.create(toCreateBody(request, this.settings, phoneNumberId), signal);
    const isRefused = result.kind === 'rejected' && result.fault === 'account';
    if (isRefused && request.from !== null) this.callerIds.forget(request.from);
    return result;
  }

  async hangup(call: CallReference): Promise<HangupResult> {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    try {
      const found = await this.find(call, signal);
      return found ? await hangUp({ api: this.api, web: this.web }, found, signal) : 'not_found';
    } catch {
      return 'unavailable';
    }
  }

  /** Looks up a call. Vapi does not say how soon it lists a new call, so its absence is never final. */
  async lookUp(call: CallReference): Promise<CallLookup> {
    try {
      const { found, date } = await this.findDated(call, AbortSignal.timeout(ANSWER_TIMEOUT_MS));
      const callId = found?.text('id');
      if (!found || !isUuid(callId)) return { kind: 'not_found', isFinal: false };
      const { apiUrl } = this.settings;
      const report = toLookupReport(found, {
        callId,
        dialerJobId: call.dialerJobId,
        apiUrl,
        now: new Date(),
        toldAt: date,
      });
      return { kind: 'found', report };
    } catch (error) {
      return { kind: 'unavailable', cause: causeOf(error) };
    }
  }

  async listCalls(since: Date): Promise<CallListing> {
    try {
      const calls = await callsSince(this.api, since, ANSWER_TIMEOUT_MS);
      return { kind: 'listed', calls: calls.flatMap((call) => toListedCall(call, this.settings.apiUrl) ?? []) };
    } catch (error) {
      return { kind: 'unavailable', cause: causeOf(error) };
    }
  }

  async openRecording(recordingUrl: string): Promise<OpenedRecording> {
    const sources = { api: this.api, web: this.web, apiUrl: this.settings.apiUrl };
    return openHttpRecording((signal) => askForRecording(recordingUrl, sources, signal));
  }

  readWebhook(webhook: WebhookRequest): WebhookReading {
    return readWebhook(webhook, this.settings, new Date());
  }

  private async create(body: object, signal: AbortSignal): Promise<PlaceCallResult> {
    try {
      return toCreateResult(await this.api.post('call', body, signal), new Date());
    } catch (error) {
      return toFailedResult(error);
    }
  }

  private async phoneNumberIdOf(from: string | null): Promise<string | PlaceCallResult> {
    if (from === null)
      return this.settings.phoneNumberId ?? { kind: 'rejected', fault: 'account', code: 'no_caller_id' };
    try {
      const id = await this.callerIds.idOf(from);
      return id ?? { kind: 'rejected', fault: 'account', code: 'unknown_caller_id' };
    } catch (error) {
      if (isUnsendable(error)) return toFailedResult(error);
      const isRefused = error instanceof UnexpectedAnswer && (error.status === 401 || error.status === 403);
      return isRefused
        ? { kind: 'rejected', fault: 'account', code: foreignText(error.message) }
        : unasked('caller_id_unknown_yet');
    }
  }

  private async find(call: CallReference, signal: AbortSignal): Promise<JsonObject | null> {
    return (await this.findDated(call, signal)).found;
  }

  /** Reads a call, with Vapi's own time if the call is read by its id. */
  private async findDated(
    call: CallReference,
    signal: AbortSignal,
  ): Promise<{ found: JsonObject | null; date: string | null }> {
    if (call.providerCallId === null) {
      const phoneNumberId = call.from === null ? this.settings.phoneNumberId : this.callerIds.knownIdOf(call.from);
      return { found: await findCall(this.api, { call, phoneNumberId }, signal), date: null };
    }
    if (!isUuid(call.providerCallId)) return { found: null, date: null };
    const { content, date } = await this.api.readDated(`call/${call.providerCallId}`, signal);
    return { found: content === null ? null : new JsonObject(content), date };
  }
}

import { Readable } from 'node:stream';
import type { SimulatorConfig } from '#config/telephony-config.js';
import type {
  CallLookup,
  OpenedRecording,
  CallReference,
  HangupResult,
  PlaceCallRequest,
  PlaceCallResult,
  TelephonyCapabilities,
  TelephonyProvider,
} from '../port/telephony-provider.js';
import { callRecording, RECORDING_TYPE } from './call/call-recording.js';
import {
  callTerms,
  readProviderCallId,
  readRecordingUrl,
  type CallTerms,
  type CarrierSeed,
} from './call/call-terms.js';
import { answerTo } from './call/create-answer.js';
import { hangUpAt } from './call/hang-up.js';
import { LiveCalls, type ReportListener } from './call/live-calls.js';
import { BoundedMap } from '#runtime/bounded-map.js';
import { answerLatencyMs, latencyOfAccepted, receive, type SimulatedCall } from './call/simulated-call.js';
import { snapshotAt } from './call/snapshot.js';
import { SYSTEM_TIMERS, wait, type Timers } from './call/timers.js';

/**
 * Limits of a new campaign. They stand in for the unknown limits of a call that another process placed and the carrier
 * never confirmed.
 */
const USUAL_LIMITS = { ringTimeoutSeconds: 30, maxCallSeconds: 600 };

/**
 * Limit of remembered hang-ups. Each is needed until the call would have ended by itself, two hours at most. The limit
 * allows more than one hang-up a second.
 */
const MOST_HANG_UPS = 10_000;

/**
 * Carrier without phones. Each call is computed from the seed and its request, so that it survives the death of a
 * worker. Any process can compute later what has become of a call. Every attempt counts as received unless the carrier
 * rejects it. Only hang-ups are kept in memory, in one process.
 */
export class SimulatorProvider implements TelephonyProvider {
  readonly name = 'simulator';
  readonly capabilities: TelephonyCapabilities = {
    lookupIntervalSeconds: 5,
    createTimeoutSeconds: 15,
    lateFactsSeconds: [],
  };
  private readonly timers: Timers;
  private readonly liveCalls: LiveCalls;
  /** Latest hang-ups, in milliseconds since their calls were placed, by the key of the call. */
  private readonly hangUps = new BoundedMap<string, number>(MOST_HANG_UPS);

  constructor(
    private readonly config: SimulatorConfig & CarrierSeed,
    { clock = () => new Date(), timers = SYSTEM_TIMERS }: { clock?: () => Date; timers?: Timers } = {},
  ) {
    this.timers = timers;
    this.liveCalls = new LiveCalls(clock, timers);
  }

  async placeCall(request: PlaceCallRequest, signal: AbortSignal): Promise<PlaceCallResult> {
    const terms = callTerms(this.config, request, request);
    const briefing = { ...request.agent, firstName: request.person.firstName };
    const reception = receive(this.config, { dialerJobId: request.dialerJobId, terms, briefing });
    const answer = answerTo(reception);
    const latencyMs =
      reception.kind === 'taken' ? latencyOfAccepted(this.config, reception.call) : answerLatencyMs(this.config, terms);
    if (reception.kind === 'taken') this.begin(reception.call);
    const isInTime = await wait(this.timers, answer ? latencyMs : Infinity, signal);
    return answer && isInTime ? answer : { kind: 'unknown', cause: 'no answer in time' };
  }

  private begin(call: SimulatedCall): void {
    if (call.faults.isEarly) this.liveCalls.announce(call);
    this.liveCalls.follow(call);
  }

  async hangup(reference: CallReference): Promise<HangupResult> {
    const call = this.find(reference);
    if (!call) return 'not_found';
    const atMs = this.liveCalls.ageMs(call);
    if (atMs >= call.script.endsAtMs) return 'already_ended';
    this.hangUps.set(call.terms.key, atMs);
    this.liveCalls.follow({ ...call, script: hangUpAt(call.script, atMs) }, atMs);
    return 'hung_up';
  }

  async lookUp(reference: CallReference): Promise<CallLookup> {
    const call = this.find(reference);
    if (!call) return { kind: 'not_found', isFinal: true };
    return { kind: 'found', report: snapshotAt(call, this.liveCalls.ageMs(call)) };
  }

  async openRecording(recordingUrl: string): Promise<OpenedRecording> {
    const terms = readRecordingUrl(recordingUrl);
    const call = terms && this.recall('', terms);
    const wav = call && callRecording(call);
    return wav ? { contentType: RECORDING_TYPE, length: wav.length, content: Readable.from(wav) } : 'gone';
  }

  stream(listener: ReportListener): () => Promise<void> {
    const stop = this.liveCalls.listen(listener);
    return async () => stop();
  }

  private find(reference: CallReference): SimulatedCall | null {
    const { dialerJobId, providerCallId } = reference;
    const terms =
      providerCallId === null ? callTerms(this.config, reference, USUAL_LIMITS) : readProviderCallId(providerCallId);
    return terms && (this.liveCalls.find(terms.key) ?? this.recall(dialerJobId, terms));
  }

  /** Computes the call from its terms and from hang-ups that this process remembers. */
  private recall(dialerJobId: string, terms: CallTerms): SimulatedCall | null {
    const reception = receive(this.config, { dialerJobId, terms });
    if (reception.kind !== 'taken') return null;
    const { call } = reception;
    const hungUpAtMs = this.hangUps.get(terms.key);
    return hungUpAtMs === undefined ? call : { ...call, script: hangUpAt(call.script, hungUpAtMs) };
  }
}

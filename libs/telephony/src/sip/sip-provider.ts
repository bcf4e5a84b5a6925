import { existsSync, mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { foreignText } from '#runtime/foreign-text.js';
import { closeToOthers } from '#config/private-files.js';
import type { CallReport } from '#rules/call/call-report.js';
import type {
  CallLookup,
  OpenedRecording,
  CallReference,
  HangupResult,
  PlaceCallRequest,
  PlaceCallResult,
  ProviderClaim,
  TelephonyCapabilities,
  TelephonyProvider,
} from '../port/telephony-provider.js';
import { ensureDirectoryId } from './ownership/directory-id.js';
import { claimDirectory } from './ownership/directory-owner.js';
import { troubleOf, type EngineTrouble } from './engine/engine-trouble.js';
import { RecordingStore } from './recordings/recording-store.js';
import { ageOf, eventOf, isMeant } from './calls/sip-call.js';
import { checkSipSettings, type SipSettings } from './engine/sip-settings.js';
import { SipCalls } from './calls/sip-calls.js';
import type { LogFields, TellOperator } from '../port/tell-operator.js';

const CREATE_TIMEOUT_SECONDS = 15;
const OPEN_AGAIN_MS = 1_000;
const NOT_HERE = 'the SIP engine is not owned by this process: the worker that owns it looks after the call';

/**
 * Calls over a SIP trunk with an engine of our own, baresip. The engine plays one prompt to every callee and can record
 * the call. There is no conversation: prompt, voice and first message of the agent are not used. The provider cannot
 * tell people from machines. The prompt begins with the answer, also during an answering machine's greeting.
 *
 * The engine belongs to the process that has claimed its directory. Other processes can only open recordings. The
 * engine outlives a dead owner; the next one finds it with its calls. `accepted` means that the INVITE is on its way.
 * Anything later, also a rejection by the trunk, arrives as a call report.
 */
export class SipProvider implements TelephonyProvider {
  readonly name = 'sip';
  readonly capabilities: TelephonyCapabilities = {
    lookupIntervalSeconds: 15,
    createTimeoutSeconds: CREATE_TIMEOUT_SECONDS,
    lateFactsSeconds: [],
  };
  /** False also if recordings are wanted and the engine's package lacks the module for them. */
  readonly isRecording: boolean;
  private readonly settings: SipSettings;
  private readonly shelf: RecordingStore;
  private sipCalls: SipCalls | null = null;
  private isClaimed = false;
  /** False until files that an earlier version left open to other users are closed. */
  private isPrivate = false;
  /** Reason why no calls can be placed. */
  private trouble: EngineTrouble = 'engine_unavailable';
  private lastNote = '';

  /**
   * @param tellOperator receives entries for the log.
   * @throws Error with a sentence about invalid settings.
   */
  constructor(
    settings: SipSettings,
    private readonly tellOperator: TellOperator = () => undefined,
  ) {
    checkSipSettings(settings);
    this.isRecording = settings.recordings && existsSync(join(settings.modulePath, 'sndfile.so'));
    this.settings = { ...settings, directory: resolve(settings.directory), recordings: this.isRecording };
    this.shelf = new RecordingStore(this.settings.directory);
  }

  /** True if this process can place calls now. */
  get isReady(): boolean {
    return this.sipCalls?.isReady === true;
  }

  /**
   * Claims the directory with a file, among the processes of this host. The holder is the directory's own id, which
   * differs on every host.
   */
  claim(): ProviderClaim | null {
    const { directory } = this.settings;
    try {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      if (!this.isPrivate) closeToOthers(directory);
      this.isPrivate = true;
      const holder = `${hostname()}:${ensureDirectoryId(directory)}`;
      const release = claimDirectory(directory);
      if (!release) return null;
      this.isClaimed = true;
      return { holder, release: () => this.release(release) };
    } catch (error) {
      this.note('SIP directory cannot be used', { directory, err: error });
      return null;
    }
  }

  /** @throws Error without a claim. */
  stream(listener: (event: CallReport) => void): () => Promise<void> {
    if (!this.isClaimed) throw new Error('A SIP engine is listened to by whoever has claimed it.');
    const stopping = new AbortController();
    const done = this.operate(listener, stopping.signal);
    return async () => {
      stopping.abort();
      await done;
    };
  }

  async placeCall(request: PlaceCallRequest, signal: AbortSignal): Promise<PlaceCallResult> {
    const { sipCalls } = this;
    const known = sipCalls?.ledger.get(request.dialerJobId);
    if (known) return { kind: 'unknown', cause: 'the engine was asked for this call before' };
    const rejection = malformed(request) ?? sipCalls?.rejectionOf(request);
    if (rejection) return rejection;
    if (!sipCalls) return { kind: 'rejected', fault: 'throttle', code: this.trouble, retryAfterSeconds: 5 };
    return placeOnce(sipCalls, request, signal);
  }

  async hangup(call: CallReference): Promise<HangupResult> {
    const known = this.sipCalls?.ledger.get(call.dialerJobId);
    if (!this.sipCalls) return 'unavailable';
    if (!known || !isMeant(known, call)) return 'not_found';
    return this.sipCalls.hangUp(call.dialerJobId, 'asked');
  }

  /**
   * Looks up a call in the ledger. An unknown call is not final: it may be on another host's engine, or on one in
   * another directory.
   */
  async lookUp(call: CallReference): Promise<CallLookup> {
    if (!this.sipCalls) return { kind: 'unavailable', cause: NOT_HERE };
    const known = this.sipCalls.ledger.get(call.dialerJobId);
    if (!known || !isMeant(known, call)) return { kind: 'not_found', isFinal: false };
    const event = eventOf(known);
    if (event === null) return { kind: 'not_found', isFinal: true };
    if (event.providerCallId === null) return { kind: 'unavailable', cause: 'the engine has not named the call yet' };
    return { kind: 'found', report: { ...event, ...ageOf(known, Date.now()) } };
  }

  async openRecording(recordingUrl: string): Promise<OpenedRecording> {
    try {
      return await this.shelf.read(recordingUrl);
    } catch (error) {
      this.note('Recording could not be opened', { err: error });
      return 'unavailable';
    }
  }

  async deleteRecording(recordingUrl: string): Promise<'deleted' | 'unavailable'> {
    try {
      return this.shelf.delete(recordingUrl) ? 'deleted' : 'unavailable';
    } catch (error) {
      this.note('Recording could not be deleted', { err: error });
      return 'unavailable';
    }
  }

  private release(release: () => void): void {
    this.isClaimed = false;
    release();
  }

  private async operate(listener: (event: CallReport) => void, stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted && !this.openCalls(listener)) {
      await pause(OPEN_AGAIN_MS, undefined, { signal: stopped }).catch(() => undefined);
    }
    if (!stopped.aborted) await new Promise((end) => stopped.addEventListener('abort', end, { once: true }));
    await this.sipCalls?.close();
    this.sipCalls = null;
  }

  private openCalls(tell: (event: CallReport) => void): boolean {
    const { settings, shelf } = this;
    try {
      this.sipCalls = new SipCalls({ settings, shelf, tell, note: (text, fields) => this.note(text, fields) });
      return true;
    } catch (error) {
      this.trouble = troubleOf(error);
      this.note('SIP directory cannot be used', { directory: settings.directory, err: error });
      return false;
    }
  }

  /** Tells the operator something, unless it repeats the last entry. */
  private note(text: string, fields: LogFields = {}): void {
    const note = [text, ...Object.values(fields).map(foreignText)].join(' ');
    if (note !== this.lastNote) this.tellOperator(text, fields);
    this.lastNote = note;
  }
}

/** Rejects a request whose values would break the engine's syntax or leave the directory. */
function malformed({ dialerJobId, to, from }: PlaceCallRequest): PlaceCallResult | null {
  if (!/^\+?\d{2,20}$/.test(to)) return { kind: 'rejected', fault: 'permanent', code: 'not_a_number' };
  if (from !== null && !/^[\w.+-]{1,64}$/.test(from))
    return { kind: 'rejected', fault: 'account', code: 'bad_caller_id' };
  return /^[\w-]{1,64}$/.test(dialerJobId) ? null : { kind: 'rejected', fault: 'account', code: 'bad_dialer_job_id' };
}

/** Places the call unless the worker gives up before the engine is asked. After that the result is unknown. */
async function placeOnce(sipCalls: SipCalls, request: PlaceCallRequest, signal: AbortSignal): Promise<PlaceCallResult> {
  let wasAsked = false;
  const isWanted = () => {
    wasAsked ||= !signal.aborted;
    return !signal.aborted;
  };
  const givenUp = new Promise<PlaceCallResult>((answer) => {
    const giveUp = () =>
      answer(
        wasAsked
          ? { kind: 'unknown', cause: 'no answer in time' }
          : { kind: 'rejected', fault: 'throttle', code: 'engine_busy', retryAfterSeconds: 5 },
      );
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
  });
  return Promise.race([sipCalls.dial(request, isWanted), givenUp]);
}

import { existsSync, mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { foreignText } from '#runtime/foreign-text.js';
import { closeToOthers } from '#config/private-files.js';
import type { CallEvent } from '#rules/call/call-report.js';
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
import { RecordingShelf } from './recordings/recording-store.js';
import { ageOf, eventOf, isMeant } from './calls/sip-call.js';
import { checkSipSettings, type SipSettings } from './engine/sip-settings.js';
import { Switchboard } from './calls/sip-calls.js';

const CREATE_TIMEOUT_SECONDS = 15;
const OPEN_AGAIN_MS = 1_000;
const NOT_HERE = 'the SIP engine is not owned by this process: the worker that owns it looks after the call';

/**
 * Calls over a SIP trunk by an engine of our own, baresip, which plays one prompt to whoever answers and may record
 * what is said. There is no conversation: the agent's prompt, voice and first message are not used. Who answers, a
 * person or a machine, is not known, and the prompt begins with the answer: over an answering machine's greeting, too.
 *
 * The engine belongs to the process that has claimed its directory; elsewhere only recordings can be opened. It
 * outlives an owner that dies: the next one finds it, with the calls on it. `accepted` means that the INVITE is on its
 * way; all else, a refusal by the trunk too, comes as an event.
 */
export class SipProvider implements TelephonyProvider {
  readonly name = 'sip';
  readonly capabilities: TelephonyCapabilities = {
    lookupIntervalSeconds: 15,
    createTimeoutSeconds: CREATE_TIMEOUT_SECONDS,
    lateFactsSeconds: [],
  };
  /** False also where recordings are wanted and the engine's package has no module for them. */
  readonly isRecording: boolean;
  private readonly settings: SipSettings;
  private readonly shelf: RecordingShelf;
  private switchboard: Switchboard | null = null;
  private isClaimed = false;
  /** Closes, once, what an earlier version left open to other users. */
  private isPrivate = false;
  /** Why there is no switchboard. */
  private trouble: EngineTrouble = 'engine_unavailable';
  private lastNote = '';

  /**
   * @param tellOperator takes a line for the log.
   * @throws Error in one sentence for settings that cannot be.
   */
  constructor(
    settings: SipSettings,
    private readonly tellOperator: (line: string) => void = () => undefined,
  ) {
    checkSipSettings(settings);
    this.isRecording = settings.recordings && existsSync(join(settings.modulePath, 'sndfile.so'));
    this.settings = { ...settings, directory: resolve(settings.directory), recordings: this.isRecording };
    this.shelf = new RecordingShelf(this.settings.directory);
  }

  /** Can calls be placed, here and now? */
  get isReady(): boolean {
    return this.switchboard?.isReady === true;
  }

  /**
   * By a file, among the processes of this host; under the directory's own name, by which others tell it from theirs.
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
      this.note(`${directory} cannot be used: ${foreignText(error)}`);
      return null;
    }
  }

  /** @throws Error without a claim. */
  stream(listener: (event: CallEvent) => void): () => Promise<void> {
    if (!this.isClaimed) throw new Error('A SIP engine is listened to by whoever has claimed it.');
    const stopping = new AbortController();
    const done = this.operate(listener, stopping.signal);
    return async () => {
      stopping.abort();
      await done;
    };
  }

  async placeCall(request: PlaceCallRequest, signal: AbortSignal): Promise<PlaceCallResult> {
    const { switchboard } = this;
    const known = switchboard?.ledger.get(request.dialerJobId);
    if (known) return { kind: 'unknown', cause: 'the engine was asked for this call before' };
    const refusal = malformed(request) ?? switchboard?.refusalOf(request);
    if (refusal) return refusal;
    if (!switchboard) return { kind: 'rejected', fault: 'throttle', code: this.trouble, retryAfterSeconds: 5 };
    return placeOnce(switchboard, request, signal);
  }

  async hangup(call: CallReference): Promise<HangupResult> {
    const known = this.switchboard?.ledger.get(call.dialerJobId);
    if (!this.switchboard) return 'unavailable';
    if (!known || !isMeant(known, call)) return 'not_found';
    return this.switchboard.hangUp(call.dialerJobId, 'asked');
  }

  /**
   * A call that was never placed here may hang on another host's engine, or on one in another directory: it is not said
   * to be over.
   */
  async lookUp(call: CallReference): Promise<CallLookup> {
    if (!this.switchboard) return { kind: 'unavailable', cause: NOT_HERE };
    const known = this.switchboard.ledger.get(call.dialerJobId);
    if (!known || !isMeant(known, call)) return { kind: 'not_found', isFinal: false };
    const event = eventOf(known);
    if (event === null) return { kind: 'not_found', isFinal: true };
    if (event.providerCallId === null) return { kind: 'unavailable', cause: 'the engine has not named the call yet' };
    return { kind: 'found', event: { ...event, ...ageOf(known, Date.now()) } };
  }

  async openRecording(recordingUrl: string): Promise<OpenedRecording> {
    try {
      return await this.shelf.read(recordingUrl);
    } catch (error) {
      this.note(`A recording could not be opened: ${foreignText(error)}`);
      return 'unavailable';
    }
  }

  async deleteRecording(recordingUrl: string): Promise<'deleted' | 'unavailable'> {
    try {
      return this.shelf.delete(recordingUrl) ? 'deleted' : 'unavailable';
    } catch (error) {
      this.note(`A recording could not be deleted: ${foreignText(error)}`);
      return 'unavailable';
    }
  }

  private release(release: () => void): void {
    this.isClaimed = false;
    release();
  }

  private async operate(listener: (event: CallEvent) => void, stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted && !this.openSwitchboard(listener)) {
      await pause(OPEN_AGAIN_MS, undefined, { signal: stopped }).catch(() => undefined);
    }
    if (!stopped.aborted) await new Promise((end) => stopped.addEventListener('abort', end, { once: true }));
    await this.switchboard?.close();
    this.switchboard = null;
  }

  private openSwitchboard(tell: (event: CallEvent) => void): boolean {
    const { settings, shelf } = this;
    try {
      this.switchboard = new Switchboard({ settings, shelf, tell, note: (line) => this.note(line) });
      return true;
    } catch (error) {
      this.trouble = troubleOf(error);
      this.note(`${settings.directory} cannot be used: ${foreignText(error)}`);
      return false;
    }
  }

  /** Once, until there is something else to say. */
  private note(line: string): void {
    if (line !== this.lastNote) this.tellOperator(line);
    this.lastNote = line;
  }
}

/** What would break the engine's syntax, or leave the directory. */
function malformed({ dialerJobId, to, from }: PlaceCallRequest): PlaceCallResult | null {
  if (!/^\+?\d{2,20}$/.test(to)) return { kind: 'rejected', fault: 'permanent', code: 'not_a_number' };
  if (from !== null && !/^[\w.+-]{1,64}$/.test(from))
    return { kind: 'rejected', fault: 'account', code: 'bad_caller_id' };
  return /^[\w-]{1,64}$/.test(dialerJobId) ? null : { kind: 'rejected', fault: 'account', code: 'bad_dialer_job_id' };
}

/** A request that is given up before the engine was asked is not made; after that nobody knows. */
async function placeOnce(board: Switchboard, request: PlaceCallRequest, signal: AbortSignal): Promise<PlaceCallResult> {
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
  return Promise.race([board.dial(request, isWanted), givenUp]);
}

import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { CallEvent } from '#rules/call-event.js';
import type {
  CallLookup,
  OpenedRecording,
  CallReference,
  HangupResult,
  PlaceCallRequest,
  PlaceCallResult,
  TelephonyCapabilities,
  TelephonyProvider,
} from '../telephony-provider.js';
import { claimDirectory } from './directory-owner.js';
import { RecordingShelf } from './recording-shelf.js';
import { eventOf, isMeant } from './sip-call.js';
import { checkSipSettings, type SipSettings } from './sip-settings.js';
import { Switchboard } from './switchboard.js';

const CREATE_TIMEOUT_SECONDS = 15;
const CLAIM_EVERY_MS = 1_000;
const NOT_OURS = 'another process owns the SIP engine, or it is not up yet';

/**
 * Calls over a SIP trunk by an engine of our own, baresip, which plays one prompt to whoever answers and may record what is said: for
 * announcements and voicemail drops. There is no conversation: the agent's prompt, voice and first message are not used, and who answers, a
 * person or a machine, is not known.
 *
 * The engine belongs to whoever listens (`stream`) in the process that has claimed its directory; elsewhere only recordings can be opened,
 * and a second worker stands by until the first is gone. It outlives its owner: the next one finds it, with the calls on it. `accepted`
 * means that the INVITE is on its way; all else, a refusal by the trunk too, comes as an event.
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
  private readonly listeners = new Set<(event: CallEvent) => void>();
  private switchboard: Switchboard | null = null;
  /** Why there is no engine here. */
  private trouble = NOT_OURS;
  private owning: { stop: AbortController; done: Promise<void> } | null = null;

  /** @throws Error in one sentence for settings that cannot be. */
  constructor(settings: SipSettings) {
    checkSipSettings(settings);
    this.isRecording = settings.recordings && existsSync(join(settings.modulePath, 'sndfile.so'));
    this.settings = { ...settings, directory: resolve(settings.directory), recordings: this.isRecording };
    this.shelf = new RecordingShelf(this.settings.directory);
  }

  /** Can calls be placed, here and now? */
  get isReady(): boolean {
    return this.switchboard?.isReady === true;
  }

  async placeCall(request: PlaceCallRequest, signal: AbortSignal): Promise<PlaceCallResult> {
    const { switchboard } = this;
    const known = switchboard?.ledger.get(request.dialerJobId);
    if (known) return { kind: 'unknown', cause: 'the engine was asked for this call before' };
    const refusal = malformed(request) ?? switchboard?.refusalOf(request);
    if (refusal) return refusal;
    if (!switchboard) return { kind: 'rejected', fault: 'throttle', code: 'engine_unavailable', retryAfterSeconds: 5 };
    return placeOnce(switchboard, request, signal);
  }

  async hangup(call: CallReference): Promise<HangupResult> {
    const known = this.switchboard?.ledger.get(call.dialerJobId);
    if (!this.switchboard) return 'unavailable';
    if (!known || !isMeant(known, call)) return 'not_found';
    return this.switchboard.hangUp(call.dialerJobId, 'asked');
  }

  async lookUp(call: CallReference): Promise<CallLookup> {
    if (!this.switchboard) return { kind: 'unavailable', cause: this.trouble };
    const known = this.switchboard.ledger.get(call.dialerJobId);
    if (!known) return { kind: 'not_found', isFinal: Date.now() > lastMomentOf(call) };
    if (!isMeant(known, call)) return { kind: 'not_found', isFinal: false };
    const event = eventOf(known);
    if (event === null) return { kind: 'not_found', isFinal: true };
    if (event.providerCallId === null) return { kind: 'unavailable', cause: 'the engine has not named the call yet' };
    return { kind: 'found', event };
  }

  async openRecording(recordingUrl: string): Promise<OpenedRecording> {
    return this.shelf.read(recordingUrl) ?? 'gone';
  }

  stream(listener: (event: CallEvent) => void): () => Promise<void> {
    this.listeners.add(listener);
    this.owning ??= this.own();
    return async () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) await this.disown();
    };
  }

  private own(): { stop: AbortController; done: Promise<void> } {
    const stop = new AbortController();
    return { stop, done: this.ownUntil(stop.signal) };
  }

  private async disown(): Promise<void> {
    const { owning } = this;
    this.owning = null;
    owning?.stop.abort();
    await owning?.done;
  }

  private async ownUntil(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      await this.ownOnce(stopped).catch((error: unknown) => (this.trouble = String(error)));
      await pause(CLAIM_EVERY_MS, undefined, { signal: stopped }).catch(() => undefined);
    }
  }

  private async ownOnce(stopped: AbortSignal): Promise<void> {
    mkdirSync(this.settings.directory, { recursive: true, mode: 0o700 });
    const release = claimDirectory(this.settings.directory);
    if (!release) return;
    try {
      this.switchboard = new Switchboard(this.settings, this.shelf, (event) => this.tell(event));
      await new Promise((end) => stopped.addEventListener('abort', end, { once: true }));
      await this.switchboard.close();
    } finally {
      this.switchboard = null;
      release();
    }
  }

  private tell(event: CallEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}

/** Nobody asks for a call later than this. */
function lastMomentOf({ placedAt }: CallReference): number {
  return placedAt.getTime() + CREATE_TIMEOUT_SECONDS * 1000;
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

import type { CallReport } from '#rules/call/call-report.js';
import type { HangupResult, PlaceCallRequest, PlaceCallResult } from '../../port/telephony-provider.js';
import type { HangUpCause } from '../engine/call-end.js';
import { SipCallStates } from './sip-call-states.js';
import { CallLedger } from './call-ledger.js';
import type { EngineEvent } from '../engine/control-link.js';
import type { EngineCommands } from '../engine/engine-commands.js';
import { accountOf, dialTarget } from '../engine/engine-config.js';
import { EngineLog } from '../engine/engine-log.js';
import type { ListedCall } from '../engine/engine-reading.js';
import { Engine, type EngineListener, type ReadyEngine } from '../engine/engine.js';
import { Prompt } from './prompt.js';
import type { RecordingStore } from '../recordings/recording-store.js';
import { isLive, newCall, type SipCall } from './sip-call.js';
import type { SipSettings } from '../engine/sip-settings.js';
import { windDown } from './wind-down.js';
import type { LogFields, TellOperator } from '../../port/tell-operator.js';

/** Limit below that of baresip 1.0.0, which numbers the calls of an account from 1 to 255. */
const MOST_CALLS_PER_ACCOUNT = 250;
const TRY_AGAIN_SECONDS = 5;
const REFUSED_AGAIN_SECONDS = 30;
const FORGET_EVERY_MS = 60_000;
const SOUND_BEGINS = new Set(['CALL_REMOTE_SDP', 'CALL_PROGRESS', 'CALL_ESTABLISHED']);

export interface SipCallsParts {
  readonly settings: SipSettings;
  readonly shelf: RecordingStore;
  readonly tell: (event: CallReport) => void;
  readonly note: TellOperator;
}

/** Calls of one directory and the engine that carries them. Only the process that owns the directory has one. */
export class SipCalls implements EngineListener {
  readonly ledger: CallLedger;
  private readonly states: SipCallStates;
  private readonly engine: Engine;
  private readonly prompt: Prompt;
  private readonly forgetting: NodeJS.Timeout;
  private isClosing = false;

  constructor(private readonly parts: SipCallsParts) {
    const { settings, tell } = parts;
    this.ledger = new CallLedger(settings.directory);
    this.states = new SipCallStates({
      ledger: this.ledger,
      tell,
      onDeadline: (call, cause) => void this.hangUp(call.dialerJobId, cause),
    });
    this.ledger.load();
    if (settings.recordings) parts.shelf.open();
    this.prompt = new Prompt(settings);
    this.prompt.prepare();
    this.forgetting = setInterval(() => this.ledger.forgetOld(new Date()), FORGET_EVERY_MS);
    this.engine = new Engine(settings, this);
  }

  get isReady(): boolean {
    return this.engine.ready !== null;
  }

  /** Stops in order: no call and no engine remains. */
  async close(): Promise<void> {
    this.isClosing = true;
    await windDown({
      seconds: this.parts.settings.drainSeconds,
      liveCalls: () => (this.engine.isRunning ? this.ledger.live() : []),
      hangUp: ({ dialerJobId }) => this.hangUp(dialerJobId, 'stopping'),
    });
    clearInterval(this.forgetting);
    const ended = await this.engine.stop();
    for (const call of this.ledger.live()) if (call.engineId === ended) this.states.endWithEngine(call);
    this.states.close();
  }

  /** Returns the reason why this call cannot be placed now; null: it can. */
  rejectionOf(request: PlaceCallRequest): Extract<PlaceCallResult, { kind: 'rejected' }> | null {
    const promptTrouble = this.prompt.prepare();
    if (promptTrouble) return { kind: 'rejected', fault: 'account', code: promptTrouble };
    if (this.isClosing) return tryLater('worker_stops');
    if (!this.engine.ready) return tryLater(this.engine.trouble);
    if (this.engine.isOutdated) return tryLater('engine_renewed_after_its_last_call');
    const { account, target } = this.addressOf(request);
    const live = this.ledger.live();
    if (live.some((call) => call.target === target)) return tryLater('number_in_use');
    return live.filter((call) => call.account === account).length < MOST_CALLS_PER_ACCOUNT
      ? null
      : tryLater('engine_full');
  }

  /** Dials once. `isWanted` is asked right before the commands are sent; afterwards the call cannot be withdrawn. */
  async dial(request: PlaceCallRequest, isWanted: () => boolean): Promise<PlaceCallResult> {
    const { ready } = this.engine;
    if (!ready) return tryLater(this.engine.trouble);
    const address = this.addressOf(request);
    if (!this.open(newCall(request, { ...address, engineId: ready.id, now: new Date() }))) return tryLater('disk_full');
    const result = await ready.commands.dial(address, isWanted);
    const call = this.ledger.get(request.dialerJobId);
    if (result.kind === 'dialed' && call) return this.dialed(call, result.callId);
    if (result.kind === 'unanswered') return { kind: 'unknown', cause: 'the engine did not answer' };
    this.forget(request.dialerJobId);
    return result.kind === 'refused'
      ? tryLater(`engine_refused: ${result.words}`, REFUSED_AGAIN_SECONDS)
      : tryLater('engine_unavailable');
  }

  async hangUp(dialerJobId: string, cause: HangUpCause): Promise<HangupResult> {
    const call = this.ledger.get(dialerJobId);
    if (!call || call.state === 'vanished') return 'not_found';
    if (!isLive(call)) return 'already_ended';
    if (!this.engine.ready || call.callId === null) return 'unavailable';
    this.states.change(call, { hangUpCause: call.hangUpCause ?? cause });
    const result = await this.engine.ready.commands.hangUp(call, call.callId);
    if (result === 'unanswered') return 'unavailable';
    return result === 'hung_up' ? 'hung_up' : this.notThere(dialerJobId);
  }

  carriesCalls(): boolean {
    return this.ledger.live().length > 0;
  }

  /**
   * Adopts the calls that the engine has, and ends calls that the ledger does not know. The engine's log tells how the
   * missing ones ended.
   */
  async onReady({ id, commands }: ReadyEngine): Promise<void> {
    if (this.parts.settings.recordings) await this.parts.shelf.renew(() => isHeard(commands));
    const listed = await commands.listCalls();
    if (listed === null) return;
    for (const one of listed) await this.adopt(one, commands);
    const isListed = (call: SipCall) => call.engineId === id && listed.some(({ target }) => target === call.target);
    this.settle(
      this.ledger.live().filter((call) => !isListed(call)),
      id,
    );
  }

  onEvent(event: EngineEvent): void {
    if (event.type === 'CALL_INCOMING') return this.declineCaller(event);
    const call = event.direction === 'outgoing' ? this.ledger.find(event.id, event.peeruri) : undefined;
    if (!call) return;
    if (SOUND_BEGINS.has(event.type) && this.parts.settings.recordings) this.beginRecording(call);
    this.states.hear(event, call);
    if (event.type === 'CALL_CLOSED') this.afterCall(call);
  }

  onGone(engineId: string): void {
    for (const call of this.ledger.live().filter((one) => one.engineId === engineId)) {
      this.parts.shelf.end(call.dialerJobId);
      this.states.lose(call);
    }
  }

  note(text: string, fields?: LogFields): void {
    this.parts.note(text, fields);
  }

  private async adopt(one: ListedCall & { readonly account: string }, commands: EngineCommands): Promise<void> {
    const call = this.ledger.find(undefined, one.target);
    const callId = call?.callId ?? (await commands.callIdAt(one));
    const current = call && this.ledger.get(call.dialerJobId);
    if (current && isLive(current)) this.states.adopt(current, one, callId);
    else if (!call && callId !== null) await commands.hangUp(one, callId);
  }

  /** Ends calls that no engine has any more, as the engine's log tells. */
  private settle(calls: readonly SipCall[], engineId: string): void {
    if (calls.length === 0) return;
    const ends = new EngineLog(this.parts.settings.directory).ends();
    for (const call of calls) {
      const end = ends.endOf(call.target, { isGone: call.engineId === engineId });
      this.parts.shelf.end(call.dialerJobId);
      if (end) this.states.endAsLogged(call, end);
      else this.states.vanish(call);
    }
  }

  private open(call: SipCall): boolean {
    try {
      this.ledger.open(call);
    } catch {
      return false;
    }
    this.states.watch(call);
    return true;
  }

  private dialed(call: SipCall, callId: string | null): PlaceCallResult {
    const known = call.callId ?? callId;
    if (known === null) return { kind: 'unknown', cause: 'the engine did not name the call' };
    if (call.callId === null) this.states.change(call, { callId: known });
    return { kind: 'accepted', providerCallId: known };
  }

  /**
   * Returns the result for a call that the engine does not have. Its end is usually heard before the engine's answer.
   */
  private notThere(dialerJobId: string): HangupResult {
    const call = this.ledger.get(dialerJobId);
    if (call?.state === 'ended') return 'already_ended';
    if (call && isLive(call)) this.settle([call], call.engineId);
    return this.ledger.get(dialerJobId)?.state === 'ended' ? 'already_ended' : 'not_found';
  }

  private forget(dialerJobId: string): void {
    const call = this.ledger.get(dialerJobId);
    if (call) this.states.change(call, { state: 'vanished' });
    this.ledger.remove(dialerJobId);
  }

  private addressOf({ from, to, dialerJobId }: PlaceCallRequest): { account: string; target: string } {
    const { settings } = this.parts;
    return { account: accountOf(settings, from), target: dialTarget(settings, to, dialerJobId) };
  }

  private afterCall({ dialerJobId }: SipCall): void {
    this.parts.shelf.end(dialerJobId);
    if (!this.isClosing) void this.engine.renewIfIdle();
  }

  private beginRecording({ dialerJobId, recordCall = true }: SipCall): void {
    const barrier = async () => this.engine.ready !== null && isHeard(this.engine.ready.commands);
    this.parts.shelf.begin({ dialerJobId, isWanted: recordCall }, barrier, (recordingUrl) => {
      const call = this.ledger.get(dialerJobId);
      if (call) this.states.record(call, recordingUrl);
    });
  }

  /** Hangs up on incoming calls: this engine only places calls. */
  private declineCaller({ accountaor, id, peeruri }: EngineEvent): void {
    const caller = { account: accountaor ?? '', target: peeruri ?? '' };
    if (accountaor && id) void this.engine.ready?.commands.hangUp(caller, id);
  }
}

/** Waits for an answer of the engine. By then the engine has finished all that it had begun before. */
async function isHeard(commands: EngineCommands): Promise<boolean> {
  return (await commands.id()) !== null;
}

function tryLater(code: string, retryAfterSeconds = TRY_AGAIN_SECONDS): Extract<PlaceCallResult, { kind: 'rejected' }> {
  return { kind: 'rejected', fault: 'throttle', code, retryAfterSeconds };
}

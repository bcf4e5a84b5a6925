import type { ConversationTurn } from '#rules/call-event.js';
import { chatMessages } from './chat-messages.js';
import type { Clock } from './clock.js';
import type { AgentMessage, RelayMessage } from './relay-protocol.js';
import { Speech, type Speaker, type SpeechEnd } from './speech.js';
import { speakingMs } from './speaking-time.js';
import { TurnLog, type OpenTurn } from './turn-log.js';

export interface SessionTerms {
  readonly systemPrompt: string;
  /** Spoken by Twilio itself when the call is answered. */
  readonly firstMessage: string | null;
  readonly startedAt: Date;
  /** Silence after which the agent speaks up, and after as much again hangs up. */
  readonly silenceSeconds: number;
  readonly longestCallSeconds: number;
  readonly phrases: Phrases;
}

/** What the agent says when its model does not. */
export interface Phrases {
  readonly apology: string;
  readonly farewell: string;
}

export const PHRASES: Phrases = {
  apology: 'I am sorry, I did not get that. Could you say it again, please?',
  farewell: 'I am sorry, something is not working on our side. We will hang up now. Goodbye.',
};

export interface SessionListener {
  send(message: AgentMessage): void;
  /** After each turn, and whenever one turns out to have been cut short. */
  turnsChanged(turns: readonly ConversationTurn[]): void;
}

type EndReason = 'agent_hung_up' | 'model_failed' | 'silence' | 'longest_call';

const MOST_FAILURES = 2;
const MOST_SILENCES = 1;

/** One conversation, whatever carries it: is told what comes from Twilio, and says what goes there. */
export class RelaySession {
  private readonly log: TurnLog;
  private speech: Speech | null = null;
  private isOver = false;
  private isGivenUp = false;
  private failures = 0;
  private silences = 0;
  private callOffNext: () => void = () => undefined;
  private callOffLongest: () => void = () => undefined;

  constructor(
    private readonly terms: SessionTerms,
    private readonly means: { readonly speaker: Speaker; readonly clock: Clock },
    private readonly listener: SessionListener,
  ) {
    this.log = new TurnLog(() => Math.round(this.elapsedMs / 100) / 10);
  }

  get turns(): readonly ConversationTurn[] {
    return this.log.turns;
  }

  start(): void {
    const { longestCallSeconds } = this.terms;
    const greeting = this.terms.firstMessage?.trim() ?? '';
    const leftMs = Math.max(0, longestCallSeconds * 1000 - this.elapsedMs);
    this.callOffLongest = this.means.clock.after(leftMs, () => this.end('longest_call'));
    if (greeting !== '') this.noteAgent(greeting);
    this.waitForPerson(greeting);
  }

  hear(message: RelayMessage): void {
    switch (message.type) {
      case 'prompt':
        return this.hearWords(message);
      case 'dtmf':
        return this.takeTurn(`pressed ${message.digit}`);
      case 'interrupt':
        return this.beCutShort(message.heard);
      case 'setup':
      case 'error':
        return;
    }
  }

  /** The other side has gone. */
  close(): void {
    this.isOver = true;
    this.callOffNext();
    this.callOffLongest();
    this.stopSpeaking();
  }

  /** Whoever is still speaking is not silent. */
  private hearWords({ text, isLast }: { text: string; isLast: boolean }): void {
    if (text === '') return;
    if (isLast) this.takeTurn(text);
    else if (!this.speech) this.waitForPerson('');
  }

  /** What was said is kept even when it comes too late to be answered. */
  private takeTurn(text: string): void {
    this.stopSpeaking();
    this.silences = 0;
    this.log.add('person', text);
    this.listener.turnsChanged(this.turns);
    if (!this.isGivenUp) void this.answer(null);
  }

  /** An answer of which nothing has been said yet is not what was cut short: it is to what came before, or to the key that was pressed. */
  private beCutShort(heard: string | null): void {
    this.silences = 0;
    const isWaitedFor = this.speech?.isAnswer === true && !this.speech.hasBegun;
    if (!isWaitedFor) this.stopSpeaking();
    if (heard !== null) this.log.cutAgent(heard);
    this.listener.turnsChanged(this.turns);
    if (!isWaitedFor && !this.isGivenUp) this.waitForPerson('');
  }

  /** @param note what happened, where it is not the person's words that are answered. */
  private async answer(note: string | null): Promise<void> {
    if (this.isOver) return;
    this.callOffNext();
    const speech = this.newSpeech(note === null);
    this.speech = speech;
    const { systemPrompt } = this.terms;
    const ending = await speech.speak(this.means.speaker, chatMessages({ systemPrompt, turns: this.turns, note }));
    if (this.speech !== speech) return;
    this.stopSpeaking();
    this.goOn(ending, speech.text);
  }

  private newSpeech(isAnswer: boolean): Speech {
    let turn: OpenTurn | null = null;
    return new Speech(isAnswer, (piece) => {
      if (turn) turn.text += piece;
      else turn = this.log.add('agent', piece);
      this.listener.send({ type: 'text', token: piece, last: false });
    });
  }

  /** Whether it was at its end or not. */
  private stopSpeaking(): void {
    const speech = this.speech;
    this.speech = null;
    speech?.stop();
    if (!speech?.hasBegun) return;
    this.listener.send({ type: 'text', token: '', last: true });
    this.listener.turnsChanged(this.turns);
  }

  private goOn(ending: SpeechEnd, text: string): void {
    if (ending === 'failed') return this.apologize();
    this.failures = 0;
    if (ending === 'said') this.waitForPerson(text);
    else this.endAfter(text, 'agent_hung_up');
  }

  private apologize(): void {
    const { apology, farewell } = this.terms.phrases;
    this.failures += 1;
    this.isGivenUp = this.failures >= MOST_FAILURES;
    const phrase = this.isGivenUp ? farewell : apology;
    this.noteAgent(phrase);
    this.listener.send({ type: 'text', token: phrase, last: true });
    if (this.isGivenUp) this.endAfter(phrase, 'model_failed');
    else this.waitForPerson(phrase);
  }

  private noteAgent(text: string): void {
    this.log.add('agent', text);
    this.listener.turnsChanged(this.turns);
  }

  /** @param spoken what the person is still listening to. */
  private waitForPerson(spoken: string): void {
    if (this.isOver || this.isGivenUp) return;
    const waitMs = speakingMs(spoken) + this.terms.silenceSeconds * 1000;
    this.next(waitMs, () => this.breakSilence());
  }

  private breakSilence(): void {
    this.silences += 1;
    if (this.silences > MOST_SILENCES) return this.end('silence');
    void this.answer(`(Nobody has said anything for ${this.terms.silenceSeconds} seconds.)`);
  }

  /** `end` cuts off what is being spoken. */
  private endAfter(spoken: string, reason: EndReason): void {
    this.next(speakingMs(spoken), () => this.end(reason));
  }

  private next(milliseconds: number, run: () => void): void {
    this.callOffNext();
    this.callOffNext = this.means.clock.after(milliseconds, run);
  }

  private end(reason: EndReason): void {
    this.close();
    this.listener.send({ type: 'end', reason });
  }

  private get elapsedMs(): number {
    return Math.max(0, this.means.clock.now() - this.terms.startedAt.getTime());
  }
}

import type { ConversationTurn } from '#rules/call/call-report.js';
import { beginsWith } from '#rules/first-words/first-words.js';
import type { SessionEnd } from '#rules/access/session-end.js';
import { AfterSpeech } from './after-speech.js';
import { chatMessages } from './chat-messages.js';
import type { Clock } from './clock.js';
import { KeyPresses } from './key-presses.js';
import { phrasesIn } from './phrases.js';
import type { AgentMessage, RelayMessage } from './relay-protocol.js';
import { Speech, type Speaker, type SpeechEnd } from './speech.js';
import { TurnLog, type OpenTurn } from './turn-log.js';

export interface SessionTerms {
  readonly systemPrompt: string;
  /** Greeting that Twilio itself speaks when the call is answered. */
  readonly firstMessage: string | null;
  /** Words that the person must hear to their end; null if there are none. */
  readonly firstWords: string | null;
  readonly startedAt: Date;
  /** Silence after which the agent speaks, and after the same time again hangs up. */
  readonly silenceSeconds: number;
  readonly longestCallSeconds: number;
  /** Language of the campaign (RFC 5646); null: the prompt decides. */
  readonly language: string | null;
  /** Turns of earlier sessions of the same call, which this one continues. */
  readonly earlierTurns: readonly ConversationTurn[];
}

export interface SessionListener {
  send(message: AgentMessage): void;
  /** Called after each turn, and whenever a turn turns out to have been interrupted. */
  turnsChanged(turns: readonly ConversationTurn[]): void;
}

const MOST_FAILURES = 2;
const MOST_SILENCES = 1;

/** Conversation of one call, independent of its connection: it receives Twilio's messages and sends the agent's. */
export class RelaySession {
  private readonly log: TurnLog;
  private speech: Speech | null = null;
  private readonly afterSpeech: AfterSpeech;
  private readonly keys: KeyPresses;
  private isOver = false;
  private isGivenUp = false;
  private failures = 0;
  private silences = 0;
  private hasEverAnswered = false;
  private hasEverFailed = false;
  private callOffLongest: () => void = () => undefined;

  constructor(
    private readonly terms: SessionTerms,
    private readonly means: { readonly speaker: Speaker; readonly clock: Clock },
    private readonly listener: SessionListener,
  ) {
    this.log = new TurnLog(() => Math.round(this.elapsedMs / 100) / 10, terms.earlierTurns);
    this.afterSpeech = new AfterSpeech(means.clock);
    this.keys = new KeyPresses(means.clock, (keys) => this.answerTurn(pressed(keys)));
  }

  get turns(): readonly ConversationTurn[] {
    return this.log.turns;
  }

  /** True if the model has answered at least once. */
  get hasAnswered(): boolean {
    return this.hasEverAnswered;
  }

  /** True if the model should have answered and never did. */
  get isUnanswered(): boolean {
    return this.hasEverFailed && !this.hasEverAnswered;
  }

  start(): void {
    const { longestCallSeconds, earlierTurns } = this.terms;
    const leftMs = Math.max(0, longestCallSeconds * 1000 - this.elapsedMs);
    this.callOffLongest = this.means.clock.after(leftMs, () => this.end('longest_call'));
    if (earlierTurns.length > 0) this.resume();
    else this.greet();
  }

  private greet(): void {
    const greeting = this.terms.firstMessage?.trim() ?? '';
    if (greeting !== '') this.noteAgent(greeting);
    this.waitForPerson(greeting);
  }

  /** Resumes a conversation: the person's last words have not been answered yet. */
  private resume(): void {
    const again = this.repeatFirstWords();
    if (this.terms.earlierTurns.at(-1)?.role === 'person') void this.answer(null);
    else this.waitForPerson(again);
  }

  hear(message: RelayMessage): void {
    switch (message.type) {
      case 'prompt':
        return this.hearWords(message);
      case 'dtmf':
        return this.hearKey(message.digit);
      case 'interrupt':
        return this.beCutShort(message.heard);
      case 'speaking':
        return this.afterSpeech.hear(message.voice, message.isSpeaking);
      case 'setup':
      case 'error':
        return;
    }
  }

  /** Ends the session because the connection has closed. */
  close(): void {
    this.isOver = true;
    this.keys.flush();
    this.afterSpeech.callOff();
    this.callOffLongest();
    this.stopSpeaking();
  }

  /**
   * Repeats first words that were interrupted, before anything else and without interruption. Twilio is told not to let
   * the person interrupt the greeting; this is for the case that it happens.
   * @returns the text that is said.
   */
  private repeatFirstWords(): string {
    const { firstWords } = this.terms;
    if (firstWords === null || this.turns.some((turn) => beginsWith([turn], [firstWords]))) return '';
    this.log.add('agent', firstWords);
    this.listener.send({ type: 'text', token: firstWords, last: true, interruptible: false });
    return firstWords;
  }

  /** Adds words of the person. A person who is still speaking is not silent. */
  private hearWords({ text, isLast }: { text: string; isLast: boolean }): void {
    if (text === '') return;
    if (isLast) this.addWords(text);
    else if (!this.speech) this.waitForPerson('');
  }

  /** Adds words of the person, together with keys that were pressed before. */
  private addWords(text: string): void {
    const keys = this.keys.drain();
    if (keys !== '') this.log.add('person', pressed(keys));
    this.answerTurn(text);
  }

  /** Adds a pressed key. A person who is pressing keys is not silent, and has not finished. */
  private hearKey(key: string): void {
    if (!this.isGivenUp) this.afterSpeech.callOff();
    this.keys.press(key);
    if (this.isOver) this.keys.flush();
  }

  /** Answers a turn. Words that come too late for an answer are still stored. */
  private answerTurn(text: string): void {
    this.stopSpeaking();
    this.silences = 0;
    this.log.add('person', text);
    this.listener.turnsChanged(this.turns);
    if (this.log.isFull) return this.endFull();
    if (!this.isGivenUp) void this.answer(null);
  }

  /**
   * Handles an interruption. An answer of which nothing has been said yet was not interrupted. The interruption then
   * concerns an earlier speech or a pressed key.
   */
  private beCutShort(heard: string | null): void {
    this.silences = 0;
    const isWaitedFor = this.speech?.isAnswer === true && !this.speech.hasBegun;
    if (!isWaitedFor) this.stopSpeaking();
    if (heard !== null) this.log.cutAgent(heard);
    const again = this.repeatFirstWords();
    this.listener.turnsChanged(this.turns);
    if (!isWaitedFor && !this.isGivenUp) this.waitForPerson(again);
  }

  /** Speaks an answer. @param note event that is answered in place of the person's words. */
  private async answer(note: string | null): Promise<void> {
    if (this.isOver) return;
    this.afterSpeech.callOff();
    const speech = this.newSpeech(note === null);
    this.speech = speech;
    const { systemPrompt, language } = this.terms;
    const messages = chatMessages({ systemPrompt, language, turns: this.turns, note });
    const ending = await speech.speak(this.means.speaker, messages);
    if (this.speech !== speech) return;
    this.stopSpeaking();
    this.goOn(ending, speech.text);
  }

  private newSpeech(isAnswer: boolean): Speech {
    let turn: OpenTurn | null = null;
    return new Speech(isAnswer, (piece) => {
      this.hasEverAnswered = true;
      if (turn) turn.text += piece;
      else turn = this.log.add('agent', piece);
      if (this.log.isFull) return this.endFull();
      this.listener.send({ type: 'text', token: piece, last: false });
    });
  }

  /** Stops the speech, finished or not. */
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
    const { apology, farewell } = phrasesIn(this.terms.language);
    this.hasEverFailed = true;
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
    if (this.log.isFull) this.endFull();
  }

  /** Waits for the person. @param spoken text that the person still hears. */
  private waitForPerson(spoken: string): void {
    if (this.isOver || this.isGivenUp) return;
    this.afterSpeech.schedule(spoken, this.terms.silenceSeconds * 1000, () => this.breakSilence());
  }

  private breakSilence(): void {
    this.silences += 1;
    if (this.silences > MOST_SILENCES) return this.end('silence');
    void this.answer(`(Nobody has said anything for ${this.terms.silenceSeconds} seconds.)`);
  }

  /** Ends the session after a speech, because `end` cuts off speech. */
  private endAfter(spoken: string, reason: SessionEnd): void {
    this.afterSpeech.schedule(spoken, 0, () => this.end(reason));
  }

  /** Ends a conversation that has exceeded its bounds. */
  private endFull(): void {
    if (!this.isOver) this.end('too_long');
  }

  private end(reason: SessionEnd): void {
    this.close();
    this.listener.send({ type: 'end', reason });
  }

  private get elapsedMs(): number {
    return Math.max(0, this.means.clock.now() - this.terms.startedAt.getTime());
  }
}

/** Returns a note of pressed keys. It stands in parentheses, like all events that nobody has spoken. */
function pressed(keys: string): string {
  return `(pressed ${keys})`;
}

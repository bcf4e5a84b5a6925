import type { Clock } from './clock.js';

export type Voice = 'agent' | 'person';

/** Longest speech without a pause. If Twilio never reports its end, the conversation continues after this time. */
const LONGEST_MS: Readonly<Record<Voice, number>> = { agent: 150_000, person: 30_000 };

interface Next {
  readonly quietMs: number;
  readonly run: () => void;
  /** Time for which speech may still be heard although neither side is reported as speaking. */
  restMs: number;
}

/**
 * Runs an action once the current speech has ended and a silence has passed. Twilio reports when speech begins and
 * ends. Without such a report, the length of the text decides. An end may belong to an earlier speech, so the next word
 * gets time to begin.
 */
export class AfterSpeech {
  private readonly speaking = new Set<Voice>();
  private next: Next | null = null;
  private stopTimer: () => void = () => undefined;

  constructor(private readonly clock: Clock) {}

  /** Schedules an action and replaces the one before. @param spoken text that may still be heard. */
  schedule(spoken: string, quietMs: number, run: () => void): void {
    this.next = { quietMs, run, restMs: this.speaking.has('agent') ? LATENCY_MS : speakingMs(spoken) };
    this.wait();
  }

  callOff(): void {
    this.next = null;
    this.stopTimer();
  }

  hear(voice: Voice, isSpeaking: boolean): void {
    if (isSpeaking) this.speaking.add(voice);
    else this.speaking.delete(voice);
    if (this.next && voice === 'agent') this.next.restMs = LATENCY_MS;
    this.wait();
  }

  private wait(): void {
    this.stopTimer();
    const { next } = this;
    if (!next) return;
    const speechMs = Math.max(next.restMs, ...[...this.speaking].map((voice) => LONGEST_MS[voice]));
    this.stopTimer = this.clock.after(speechMs + next.quietMs, () => {
      this.next = null;
      next.run();
    });
  }
}

const CHARACTERS_PER_SECOND = 15;
const SYLLABLES_PER_SECOND = 4;

/** Time from the text to the first sound. */
const LATENCY_MS = 1_500;

/**
 * Estimates the time to speak a text, for when Twilio does not report the end. Scripts with one sign per syllable take
 * longer.
 */
export function speakingMs(text: string): number {
  if (text === '') return 0;
  const syllables = text.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/gu)?.length ?? 0;
  const seconds = (text.length - syllables) / CHARACTERS_PER_SECOND + syllables / SYLLABLES_PER_SECOND;
  return Math.round(seconds * 1000) + LATENCY_MS;
}

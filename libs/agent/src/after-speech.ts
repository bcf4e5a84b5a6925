import type { Clock } from './clock.js';
import { LATENCY_MS, speakingMs } from './speaking-time.js';

export type Voice = 'agent' | 'person';

/** Nobody speaks longer without a pause; should Twilio forget to say that they have stopped, we go on all the same. */
const LONGEST_MS: Readonly<Record<Voice, number>> = { agent: 150_000, person: 30_000 };

interface Next {
  readonly quietMs: number;
  readonly run: () => void;
  /** How long there may still be something to hear when nobody speaks. */
  restMs: number;
}

/**
 * Does something once what is being spoken has been said and it has been quiet for a while. Twilio tells when somebody
 * begins to speak and when they have stopped; as long as it has not, the length of the text does. An end may be that of
 * what was said before, so the next word is given time to begin.
 */
export class AfterSpeech {
  private readonly speaking = new Set<Voice>();
  private next: Next | null = null;
  private stopTimer: () => void = () => undefined;

  constructor(private readonly clock: Clock) {}

  /** Instead of what was to be done before. @param spoken what may still be heard. */
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

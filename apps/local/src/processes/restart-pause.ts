import { EXIT_CONFIGURATION } from '#runtime/open-files.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
const HEALTHY_LIFE_MS = 30_000;

export interface Restart {
  /** Consecutive deaths, this one included. */
  readonly deaths: number;
  readonly pauseMs: number;
}

/**
 * Returns the pause before a program that died after `livedMs` is started again. The pause doubles, and starts anew
 * after a healthy life.
 */
export function nextRestart(deathsBefore: number, livedMs: number): Restart {
  const deaths = livedMs >= HEALTHY_LIFE_MS ? 1 : deathsBefore + 1;
  return { deaths, pauseMs: Math.min(FIRST_PAUSE_MS * 2 ** (deaths - 1), LONGEST_PAUSE_MS) };
}

/** Limit of deaths before the system was ever up: such a program is broken. Later on, the cause may pass. */
const DEATHS_AT_BOOT = 3;

export interface Death {
  readonly exitCode: number | null;
  readonly deathsBefore: number;
  readonly livedMs: number;
  readonly wasSystemUp: boolean;
}

export type Verdict = { readonly action: 'give_up' } | ({ readonly action: 'restart' } & Restart);

export function judgeDeath({ exitCode, deathsBefore, livedMs, wasSystemUp }: Death): Verdict {
  const restart = nextRestart(deathsBefore, livedMs);
  const isFinal = exitCode === EXIT_CONFIGURATION || (!wasSystemUp && restart.deaths >= DEATHS_AT_BOOT);
  return isFinal ? { action: 'give_up' } : { action: 'restart', ...restart };
}

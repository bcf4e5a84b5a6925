import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { ConfigurationError } from './settings.js';
import { PRIVATE_FILE } from './private-files.js';

/**
 * Points between two steps of the engine at which a test can make a process fail. The test proves that it does no harm.
 */
export const FAILPOINTS = [
  'claim.locked',
  'claim.claimed',
  'claim.committed',
  'publish.published',
  'place.received',
  'place.begun',
  'place.committed',
  'place.answered',
  'place.recorded',
  'report.received',
  'report.locked',
  'report.inserted',
  'report.written',
  'settle.settled',
  'settle.completed',
  'settle.committed',
  'sweep.leased',
  'sweep.published',
  'sweep.looked_up',
  'halt.moved',
  'halt.withdrawn',
  'halt.committed',
  'start.moved',
  'start.committed',
  'import.leased',
  'import.stored',
  'import.committed',
  'conclude.begun',
  'suppression.logged',
] as const;
export type FailpointName = (typeof FAILPOINTS)[number];

/**
 * Actions at a failpoint:
 * - `kill`: the process ends at once.
 * - `stop`: the process freezes until it is continued (SIGCONT).
 * - `throw`: the step fails.
 * - `delay`: the step takes long.
 */
export const FAILPOINT_ACTIONS = ['kill', 'stop', 'throw', 'delay'] as const;
export type FailpointAction = (typeof FAILPOINT_ACTIONS)[number];

/** Action at a failpoint: on its n-th pass, or on every n-th. */
export interface ArmedFailpoint {
  readonly name: FailpointName;
  readonly action: FailpointAction;
  readonly pass: number;
  readonly isRepeated: boolean;
  readonly delayMs: number;
}

export interface FailpointConfig {
  readonly armed: readonly ArmedFailpoint[];
  /** Gets a line of JSON for every failpoint that acts: at, pid, name, action. */
  readonly logFile: string | null;
}

export const NO_FAILPOINTS: FailpointConfig = { armed: [], logFile: null };

const DEFAULT_DELAY_MS = 1_000;

/**
 * Parses `place.committed:kill:3,report.written:delay:*50:2000`: name, action, pass (`*50`: every 50th), milliseconds
 * of a delay.
 */
export function parseFailpoints(text: string | null): ArmedFailpoint[] {
  return (text ?? '').split(',').filter(Boolean).map(parseFailpoint);
}

function parseFailpoint(text: string): ArmedFailpoint {
  const [name, action, pass = '1', delay = `${DEFAULT_DELAY_MS}`, ...rest] = text.trim().split(':');
  const knownName = FAILPOINTS.find((known) => known === name);
  const knownAction = FAILPOINT_ACTIONS.find((known) => known === action);
  const [, star, n] = /^(\*?)([1-9]\d{0,6})$/.exec(pass) ?? [];
  if (!knownName || !knownAction || !n || !/^\d{1,6}$/.test(delay) || rest.length > 0) {
    throw new ConfigurationError(
      'OUTDIAL_FAILPOINTS must be a list such as place.committed:kill:3,report.written:delay:*50:2000; ' +
        `"${text}" is not.`,
    );
  }
  return { name: knownName, action: knownAction, pass: Number(n), isRepeated: star === '*', delayMs: Number(delay) };
}

/** Error of a failpoint that is armed with `throw`. */
export class FailpointError extends Error {
  override readonly name = 'FailpointError';
}

const armedHere = new Map<FailpointName, { failpoint: ArmedFailpoint; passes: number }[]>();
let logFile: string | null = null;

/** Arms failpoints in this process, and disarms all earlier ones. */
export function armFailpoints(config: FailpointConfig): void {
  armedHere.clear();
  logFile = config.logFile;
  for (const armed of config.armed) {
    armedHere.set(armed.name, [...(armedHere.get(armed.name) ?? []), { failpoint: armed, passes: 0 }]);
  }
}

/** Marks a point of the engine. Does nothing unless a test has armed it. */
export async function failpoint(name: FailpointName): Promise<void> {
  if (armedHere.size === 0) return;
  for (const armed of armedHere.get(name) ?? []) {
    armed.passes += 1;
    if (isDue(armed)) await act(armed.failpoint);
  }
}

function isDue({ failpoint: { pass, isRepeated }, passes }: { failpoint: ArmedFailpoint; passes: number }): boolean {
  return isRepeated ? passes % pass === 0 : passes === pass;
}

async function act({ name, action, delayMs }: ArmedFailpoint): Promise<void> {
  const entry = { at: new Date().toISOString(), pid: process.pid, name, action };
  const line = JSON.stringify({ ...entry, delay_ms: action === 'delay' ? delayMs : 0 });
  if (logFile) appendFileSync(logFile, `${line}\n`, { mode: PRIVATE_FILE });
  switch (action) {
    case 'kill':
      process.kill(process.pid, 'SIGKILL');
      return pause(60_000);
    case 'stop':
      process.kill(process.pid, 'SIGSTOP');
      return pause(0);
    case 'throw':
      throw new FailpointError(`failpoint ${name}`);
    case 'delay':
      return pause(delayMs);
  }
}

import { appendFileSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { PRIVATE_FILE } from '#config/private-files.js';
import { toldCallSeconds } from '#rules/call/told-values.js';
import { BY_US } from './call-end.js';
import { ENGINE_FILES } from './engine-config.js';

/** End of a call as the engine logged it. */
export interface LoggedEnd {
  /** Same words as in the event that no worker heard. */
  readonly reason: string;
  readonly wasAnswered: boolean;
  readonly talkedSeconds: number | null;
}

const KEPT_CHARACTERS = 256 * 1024;

const LONGEST_LINE = 2_000;

/**
 * Output of the engine. It tells how calls ended while no worker was connected, and why an engine did not start. The
 * engine prints every number that it dials: they are masked every few seconds.
 */
export class EngineLog {
  private readonly path: string;

  constructor(directory: string) {
    this.path = join(directory, ENGINE_FILES.log);
  }

  note(line: string): void {
    appendFileSync(this.path, `outdial: ${line}\n`, { mode: PRIVATE_FILE });
  }

  /** Returns how calls ended, by their targets. Useful for calls that the engine no longer has. */
  ends(): LoggedEnds {
    return new LoggedEnds(this.read());
  }

  /**
   * Masks numbers and drops old text. A line that the engine prints at this instant may be lost. Only a worker that is
   * connected to the engine may call it.
   */
  tidy(): void {
    const text = this.read();
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const tidied = recent(withoutNumbers(whole));
    if (tidied === whole) return;
    truncateSync(this.path);
    appendFileSync(this.path, tidied + text.slice(whole.length), { mode: PRIVATE_FILE });
  }

  private read(): string {
    try {
      return readFileSync(this.path, 'utf8');
    } catch {
      return '';
    }
  }
}

function withoutNumbers(text: string): string {
  return text.replace(/\+?(?<!\d)\d{3,}(\d\d)(?=@)/g, '…$1');
}

function recent(text: string): string {
  if (text.length <= KEPT_CHARACTERS) return text;
  const kept = text.slice(-KEPT_CHARACTERS);
  return kept.slice(kept.indexOf('\n') + 1);
}

type Traces = { closed?: string; wasAnswered?: boolean; talkedSeconds?: number };

/**
 * Forms of baresip 1.0.0. A line about dialing clears the target's traces. An earlier call to the same number may have
 * had the same target.
 */
const LINES: readonly (readonly [RegExp, (traces: Traces, said: string) => Traces])[] = [
  [/^call: connecting to '(?<target>\S+)'\.\.$/, () => ({})],
  [/: Call established: (?<target>\S+)$/, (traces) => ({ ...traces, wasAnswered: true })],
  [/^(?<target>\S+): session closed(?:: (?<said>.*))?$/, (traces, said) => ({ ...traces, closed: said })],
  [/^call: terminate call '\S*' with (?<target>\S+)$/, (traces) => ({ ...traces, closed: BY_US })],
  [
    /: Call with (?<target>\S+) terminated \(duration: (?<said>.*)\)$/,
    (traces, said) => ({ ...traces, wasAnswered: true, talkedSeconds: secondsIn(said) }),
  ],
];

export class LoggedEnds {
  private readonly traces = new Map<string, Traces>();

  constructor(text: string) {
    // oxlint-disable-next-line no-control-regex -- the engine colours its warnings
    for (const line of text.replace(/\u001b\[[\d;]*m/g, '').split('\n')) this.readLine(line);
  }

  /**
   * Returns the logged end of a call; null: the log does not tell. `isGone`: the engine no longer has the call. An
   * answered call is then over even without a line about its end. The engine logs nothing when a prompt was played to
   * its end.
   */
  endOf(target: string, { isGone }: { isGone: boolean }): LoggedEnd | null {
    const { closed, wasAnswered = false, talkedSeconds = null } = this.traces.get(keyOf(target)) ?? {};
    if (closed !== undefined) return { reason: closed, wasAnswered, talkedSeconds };
    if (talkedSeconds !== null) return { reason: 'end of file', wasAnswered, talkedSeconds };
    return wasAnswered && isGone ? { reason: '', wasAnswered, talkedSeconds } : null;
  }

  /** Reads one line, cut at a limit, since the other side's words in it may have any length. */
  private readLine(whole: string): void {
    const line = whole.slice(0, LONGEST_LINE);
    for (const [form, traced] of LINES) {
      const { target, said = '' } = form.exec(line)?.groups ?? {};
      if (target === undefined) continue;
      this.traces.set(keyOf(target), traced(this.traces.get(keyOf(target)) ?? {}, said));
      return;
    }
  }
}

/** Returns the dialer job in a target, or else the whole target. The number in a logged target may be masked. */
function keyOf(target: string): string {
  return /;attempt=([\w-]+)/.exec(target)?.[1] ?? target;
}

const SECONDS_PER: Readonly<Record<string, number>> = { day: 86_400, hour: 3_600, min: 60, sec: 1 };

function secondsIn(duration: string): number {
  let seconds = 0;
  for (const [, count, unit = ''] of duration.matchAll(/(?<!\d)(\d{1,9}) (day|hour|min|sec)/g)) {
    seconds += Number(count) * (SECONDS_PER[unit] ?? 0);
  }
  return toldCallSeconds(seconds) ?? 0;
}

import { appendFileSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { PRIVATE_FILE } from '#config/private-files.js';
import { toldCallSeconds } from '#rules/call/told-values.js';
import { BY_US } from './call-end.js';
import { ENGINE_FILES } from './engine-config.js';

/** What the engine wrote down of a call that is over. */
export interface LoggedEnd {
  /** In the words of the event that nobody heard. */
  readonly reason: string;
  readonly wasAnswered: boolean;
  readonly talkedSeconds: number | null;
}

const KEPT_CHARACTERS = 256 * 1024;

const LONGEST_LINE = 2_000;

/**
 * What the engine prints. There the end of a call is found that came while nobody was connected; the operator finds
 * there why an engine did not start. The engine names everybody whom it calls: their numbers are taken out every few
 * seconds.
 */
export class EngineLog {
  private readonly path: string;

  constructor(directory: string) {
    this.path = join(directory, ENGINE_FILES.log);
  }

  note(line: string): void {
    appendFileSync(this.path, `outdial: ${line}\n`, { mode: PRIVATE_FILE });
  }

  /** How calls ended, by their targets; for calls that the engine has no more. */
  ends(): LoggedEnds {
    return new LoggedEnds(this.read());
  }

  /**
   * Takes numbers out, and what is long ago. For whoever hears the engine by itself: of what it prints in this instant
   * a line may be lost.
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
 * As baresip 1.0.0 puts it. One that is dialed begins anew: where calls are told by their numbers, an earlier one had
 * the same target.
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
    for (const line of text.replace(/\u001b\[[\d;]*m/g, '').split('\n')) this.take(line);
  }

  /**
   * Null where nothing is said of it. `isGone`: the engine does not have it any more, so that an answered call is over
   * even if nothing is said of its end: the engine is silent on a prompt that was played to its end.
   */
  of(target: string, { isGone }: { isGone: boolean }): LoggedEnd | null {
    const { closed, wasAnswered = false, talkedSeconds = null } = this.traces.get(keyOf(target)) ?? {};
    if (closed !== undefined) return { reason: closed, wasAnswered, talkedSeconds };
    if (talkedSeconds !== null) return { reason: 'end of file', wasAnswered, talkedSeconds };
    return wasAnswered && isGone ? { reason: '', wasAnswered, talkedSeconds } : null;
  }

  /** The other side's words are in it: it may be of any length. */
  private take(whole: string): void {
    const line = whole.slice(0, LONGEST_LINE);
    for (const [form, traced] of LINES) {
      const { target, said = '' } = form.exec(line)?.groups ?? {};
      if (target === undefined) continue;
      this.traces.set(keyOf(target), traced(this.traces.get(keyOf(target)) ?? {}, said));
      return;
    }
  }
}

/** A number may have been taken out of a target that names the dialer job. */
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

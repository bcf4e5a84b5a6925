import type { CallStep } from '../provider-lab.js';

/** Steps of a call, in the order in which they happen. A call without a last step stays in progress. */
export type CallScript = readonly CallStep[];

export const SCRIPTS = {
  talk: ['ring', 'answer', 'complete'],
  machine: ['ring', 'voicemail', 'complete'],
  busy: ['ring', 'busy'],
  unanswered: ['ring', 'no_answer'],
  open: ['ring', 'answer'],
  ringing: ['ring'],
} as const satisfies Record<string, CallScript>;

export type ScriptName = keyof typeof SCRIPTS;

/** Assigns scripts to people, by the last three digits of the number. A person without a script talks. */
export class Cast {
  private readonly scripts = new Map<number, ScriptName>();

  assign(from: number, names: readonly ScriptName[]): void {
    for (const [index, name] of names.entries()) this.scripts.set(from + index, name);
  }

  scriptOf(to: string): CallScript {
    return SCRIPTS[this.scripts.get(Number(to.slice(-3))) ?? 'talk'];
  }
}

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isLive, type SipCall } from './sip-call.js';

/** How long a call that has ended can still be asked about. */
const KEPT_MS = 60 * 60_000;

/**
 * The calls of one engine's directory, each in a file of its own that is written before the engine is asked: a killed
 * worker's successor reads them.
 */
export class CallLedger {
  private readonly directory: string;
  private readonly calls = new Map<string, SipCall>();
  private readonly liveCalls = new Map<string, SipCall>();

  constructor(directory: string) {
    this.directory = join(directory, 'calls');
  }

  /** What earlier owners left. */
  load(): void {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    this.calls.clear();
    this.liveCalls.clear();
    for (const name of readdirSync(this.directory)) {
      const call = name.endsWith('.json') ? readCall(join(this.directory, name)) : null;
      if (call) this.keep(call);
      else rmSync(join(this.directory, name), { force: true });
    }
  }

  get(dialerJobId: string): SipCall | undefined {
    return this.calls.get(dialerJobId);
  }

  live(): SipCall[] {
    return [...this.liveCalls.values()];
  }

  /** An event's call: by the Call-ID, or by what was dialed where the Call-ID is not known yet. */
  find(callId: string | undefined, target: string | undefined): SipCall | undefined {
    const live = this.live();
    return (
      live.find((call) => callId !== undefined && call.callId === callId) ??
      live.find((call) => call.target === target && (call.callId === null || callId === undefined))
    );
  }

  /** @throws Error when it cannot be written down: then it must not be dialed. */
  open(call: SipCall): void {
    this.write(call);
    this.keep(call);
  }

  /** A full disk is no reason to lose hold of a call that is on the line. */
  put(call: SipCall): void {
    this.keep(call);
    try {
      this.write(call);
    } catch {
      return;
    }
  }

  /** A call that the engine was not asked for after all. */
  remove(dialerJobId: string): void {
    rmSync(this.pathOf(dialerJobId), { force: true });
    this.calls.delete(dialerJobId);
    this.liveCalls.delete(dialerJobId);
  }

  forgetOld(now: Date): void {
    for (const call of this.calls.values()) {
      if (call.endedAt !== null && now.getTime() - Date.parse(call.endedAt) > KEPT_MS) this.remove(call.dialerJobId);
    }
  }

  private keep(call: SipCall): void {
    this.calls.set(call.dialerJobId, call);
    if (isLive(call)) this.liveCalls.set(call.dialerJobId, call);
    else this.liveCalls.delete(call.dialerJobId);
  }

  private write(call: SipCall): void {
    const path = this.pathOf(call.dialerJobId);
    writeFileSync(`${path}.new`, JSON.stringify(call), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  private pathOf(dialerJobId: string): string {
    return join(this.directory, `${dialerJobId}.json`);
  }
}

/** Null for what is no call: a file that a full disk left behind, say. */
function readCall(path: string): SipCall | null {
  try {
    const call = JSON.parse(readFileSync(path, 'utf8')) as Partial<SipCall> | null;
    return typeof call?.dialerJobId === 'string' && typeof call.target === 'string' ? (call as SipCall) : null;
  } catch {
    return null;
  }
}

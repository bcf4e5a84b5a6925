import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isLive, type SipCall } from './sip-call.js';

/** Time for which an ended call can still be looked up. */
const KEPT_MS = 60 * 60_000;

/**
 * Calls of one engine's directory, each in a file of its own. The file is written before the engine dials, so that the
 * successor of a killed worker can read it.
 */
export class CallLedger {
  private readonly directory: string;
  private readonly calls = new Map<string, SipCall>();
  private readonly liveCalls = new Map<string, SipCall>();

  constructor(directory: string) {
    this.directory = join(directory, 'calls');
  }

  /** Reads the calls that earlier owners left. */
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

  /** Finds the call of an engine event by its Call-ID, or by its target while the Call-ID is unknown. */
  find(callId: string | undefined, target: string | undefined): SipCall | undefined {
    const live = this.live();
    return (
      live.find((call) => callId !== undefined && call.callId === callId) ??
      live.find((call) => call.target === target && (call.callId === null || callId === undefined))
    );
  }

  /** @throws Error if the call cannot be written to disk. It must then not be dialed. */
  open(call: SipCall): void {
    this.write(call);
    this.keep(call);
  }

  /** Keeps the call in memory even if the disk is full, so that a live call stays under control. */
  put(call: SipCall): void {
    this.keep(call);
    try {
      this.write(call);
    } catch {
      return;
    }
  }

  /** Removes a call that the engine was not asked to dial. */
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

/** Returns null for a file without a call, such as a file that a full disk cut short. */
function readCall(path: string): SipCall | null {
  try {
    const call = JSON.parse(readFileSync(path, 'utf8')) as Partial<SipCall> | null;
    return call !== null && isWhole(call) ? call : null;
  } catch {
    return null;
  }
}

/** Tells if a call was written to its end, with times by which its deadline can be computed. */
function isWhole(call: Partial<SipCall>): call is SipCall {
  const times = [call.dialedAt, ...(call.answeredAt === null ? [] : [call.answeredAt])];
  return (
    typeof call.dialerJobId === 'string' &&
    typeof call.target === 'string' &&
    times.every((time) => !Number.isNaN(Date.parse(String(time)))) &&
    Number.isFinite(call.ringTimeoutSeconds) &&
    Number.isFinite(call.maxCallSeconds)
  );
}

import type { SimulatedCall } from '#telephony/simulator/call/simulated-call.js';
import type { PlacedScript } from '#telephony/simulator/call/call-script.js';
import type { CarrierLog } from './carrier-log.js';

/** Logs when a phone rings, is answered and is hung up, whatever reports the worker gets. */
export class DialingLog {
  private readonly timers = new Map<string, { to: string; pending: NodeJS.Timeout[] }>();

  constructor(private readonly log: CarrierLog) {}

  follow(callId: string, to: string, call: SimulatedCall): void {
    const { script } = call;
    const moments: [kind: 'ringing' | 'answered' | 'ended', atMs: number][] = [];
    if (script.ringsAtMs !== null) moments.push(['ringing', script.ringsAtMs]);
    if (script.kind === 'answered') moments.push(['answered', script.answeredAtMs]);
    moments.push(['ended', script.endsAtMs]);
    const pending = moments.map(([kind, atMs]) => setTimeout(() => this.note(callId, kind, call), atMs));
    this.timers.set(callId, { to, pending });
  }

  /** Logs the end of a call that is hung up early. */
  end(callId: string, call: SimulatedCall): void {
    for (const timer of this.timers.get(callId)?.pending ?? []) clearTimeout(timer);
    this.note(callId, 'ended', call);
  }

  close(): void {
    for (const { pending } of this.timers.values()) for (const timer of pending) clearTimeout(timer);
    this.timers.clear();
  }

  private note(callId: string, kind: 'ringing' | 'answered' | 'ended', { dialerJobId, script }: SimulatedCall): void {
    const to = this.timers.get(callId)?.to;
    const status = script.kind === 'answered' ? 'completed' : script.status;
    this.log.write(kind, { dialer_job_id: dialerJobId, call_id: callId, to, ...factsOf(kind, script, status) });
    if (kind === 'ended') this.timers.delete(callId);
  }
}

/** Returns who answered the call, and its outcome. */
function factsOf(
  kind: 'ringing' | 'answered' | 'ended',
  script: PlacedScript,
  status: string,
): Record<string, unknown> {
  const answeredBy = script.kind === 'answered' ? script.answeredBy : null;
  if (kind === 'ended') return { status, answered_by: answeredBy, outcome: script.outcome ?? null };
  return kind === 'answered' ? { answered_by: answeredBy } : {};
}

import type { PlacedScript } from './call-script.js';

/** Returns the script after a hang-up at `atMs`. A call that is over by then keeps its script. */
export function hangUpAt(script: PlacedScript, atMs: number): PlacedScript {
  if (atMs >= script.endsAtMs) return script;
  if (script.kind === 'answered' && atMs >= script.answeredAtMs) {
    const { callbackAfterMs: _neverAskedFor, ...begun } = script;
    const outcome = script.answeredBy === 'human' ? 'reached' : 'voicemail';
    return { ...begun, endsAtMs: atMs, outcome, endReason: 'hung_up' };
  }
  const ringsAtMs = script.ringsAtMs !== null && script.ringsAtMs <= atMs ? script.ringsAtMs : null;
  return { kind: 'unanswered', ringsAtMs, endsAtMs: atMs, status: 'canceled', endReason: 'hung_up' };
}

import type { PlacedScript } from './call-script.js';

/** The script as it becomes when we hang up at `atMs`; one that is over by then stays as it is. */
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

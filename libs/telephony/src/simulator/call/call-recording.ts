import { conversationOf } from './call-report.js';
import type { SimulatedCall } from './simulated-call.js';
import { toneRecording } from './tone-recording.js';

const LONGEST_RECORDING_SECONDS = 120;

export const RECORDING_TYPE = 'audio/wav';

/** A whole WAV file; null when nobody answered. */
export function callRecording(call: SimulatedCall): Buffer | null {
  const { script } = call;
  if (script.kind === 'unanswered') return null;
  const turns = conversationOf(call, script);
  const talkSeconds = (script.endsAtMs - script.answeredAtMs) / 1000;
  return toneRecording(turns, Math.min(talkSeconds, LONGEST_RECORDING_SECONDS));
}

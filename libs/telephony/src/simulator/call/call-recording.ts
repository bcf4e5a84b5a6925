import { conversationOf } from './end-of-call.js';
import type { SimulatedCall } from './simulated-call.js';
import { toneRecording } from './tone-recording.js';

const LONGEST_RECORDING_SECONDS = 120;

export const RECORDING_TYPE = 'audio/wav';

/** Returns the whole WAV file; null if the call was not answered. */
export function callRecording(call: SimulatedCall): Buffer | null {
  const { script } = call;
  if (script.kind === 'unanswered') return null;
  const turns = conversationOf(call, script);
  const talkSeconds = (script.endsAtMs - script.answeredAtMs) / 1000;
  return toneRecording(turns, Math.min(talkSeconds, LONGEST_RECORDING_SECONDS));
}

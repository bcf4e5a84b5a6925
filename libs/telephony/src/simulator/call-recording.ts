import type { CallRecording } from '../telephony-provider.js';
import { conversationOf } from './call-report.js';
import type { SimulatedCall } from './simulated-call.js';
import { toneRecording } from './tone-recording.js';

const LONGEST_RECORDING_SECONDS = 120;

/** Null when nobody answered. */
export function callRecording(call: SimulatedCall): CallRecording | null {
  const { script } = call;
  if (script.kind === 'unanswered') return null;
  const turns = conversationOf(call, script);
  const talkSeconds = (script.endsAtMs - script.answeredAtMs) / 1000;
  return {
    contentType: 'audio/wav',
    content: toneRecording(turns, Math.min(talkSeconds, LONGEST_RECORDING_SECONDS)),
  };
}

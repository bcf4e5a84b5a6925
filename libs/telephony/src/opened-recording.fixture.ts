import type { CallRecording, OpenedRecording } from './telephony-provider.js';

/** The recording that a provider has opened. @throws where it has not. */
export function opened(recording: OpenedRecording): CallRecording {
  if (typeof recording === 'string') throw new Error(`The recording is ${recording}`);
  return recording;
}

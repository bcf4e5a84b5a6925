import { buffer } from 'node:stream/consumers';
import type { OpenedRecording } from './telephony-provider.js';

/**
 * Reads a whole recording that a provider has opened.
 * @throws Error if it opened none, or if the length differs from the announced one.
 */
export async function readRecording(recording: OpenedRecording) {
  if (typeof recording === 'string') throw new Error(`The recording is ${recording}`);
  const content = await buffer(recording.content);
  if (content.length !== (recording.length ?? content.length))
    throw new Error(`${content.length} bytes instead of ${recording.length}`);
  return { contentType: recording.contentType, content };
}

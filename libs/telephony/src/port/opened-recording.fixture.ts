import { buffer } from 'node:stream/consumers';
import type { OpenedRecording } from './telephony-provider.js';

/**
 * The recording that a provider has opened, whole. @throws where it has opened none, or another length than it says.
 */
export async function readRecording(recording: OpenedRecording) {
  if (typeof recording === 'string') throw new Error(`The recording is ${recording}`);
  const content = await buffer(recording.content);
  if (content.length !== (recording.length ?? content.length))
    throw new Error(`${content.length} bytes instead of ${recording.length}`);
  return { contentType: recording.contentType, content };
}

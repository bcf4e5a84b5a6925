import type { TwilioApi } from './twilio-api.js';

/** Finds the address of a call's recording; null while none is complete. */
export async function findRecording(api: TwilioApi, callSid: string, signal: AbortSignal): Promise<string | null> {
  const content = (await api.read(`Calls/${callSid}/Recordings.json`, signal)) as { recordings?: unknown } | null;
  const listed: readonly unknown[] = Array.isArray(content?.recordings) ? content.recordings : [];
  const sid = listed.map(completedSid).find((one) => one !== null);
  return sid === undefined ? null : api.url(`Recordings/${sid}`).href;
}

function completedSid(recording: unknown): string | null {
  const { sid, status } = (recording ?? {}) as { sid?: unknown; status?: unknown };
  return status === 'completed' && typeof sid === 'string' && /^RE[0-9a-f]{32}$/i.test(sid) ? sid : null;
}

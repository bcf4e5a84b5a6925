import { recordingIn, type RecordingAnswer } from '../carrier/http-recording.js';
import { isUuid } from '#runtime/uuid.js';
import { JsonObject } from './json-object.js';
import type { PublicWeb } from './public-web.js';
import { apiAddress, type VapiApi } from './vapi-api.js';

const MOST_REDIRECTS = 3;

/** Statuses of a missing recording. A store answers 403 for an expired address and for a file that it never had. */
const GONE = [403, 404, 410];

interface Sources {
  readonly api: VapiApi;
  readonly web: PublicWeb;
  readonly apiUrl: string;
}

/**
 * Opens a recording. For an address of Vapi's API, the API tells the present address of the file. Any other address is
 * requested without credentials.
 * @throws Error for a forbidden address, or the network's error.
 */
export async function askForRecording(
  recordingUrl: string,
  sources: Sources,
  signal: AbortSignal,
): Promise<RecordingAnswer> {
  const { api, web, apiUrl } = sources;
  const callId = /\/call\/([^/]+)\/mono-recording$/.exec(recordingUrl)?.[1];
  const path = `call/${callId}/mono-recording`;
  if (!isUuid(callId) || apiAddress(apiUrl, path).href !== recordingUrl) return download(web, recordingUrl, signal);
  const answer = await api.open(path, signal);
  if (answer.statusCode === 200) return answer;
  answer.destroy();
  const { location } = answer.headers;
  if (location !== undefined) return download(web, new URL(location, recordingUrl).href, signal);
  return openArtifact(callId, sources, signal);
}

/** Opens a recording in the organisation's own store, which Vapi's API does not serve. */
async function openArtifact(callId: string, { api, web }: Sources, signal: AbortSignal): Promise<RecordingAnswer> {
  const artifact = new JsonObject(await api.read(`call/${callId}`, signal)).at('artifact');
  const url = artifact.at('recording').at('mono').text('combinedUrl') ?? artifact.text('recordingUrl');
  return url === undefined ? 'gone' : download(web, url, signal);
}

async function download(web: PublicWeb, address: string, signal: AbortSignal): Promise<RecordingAnswer> {
  let url = new URL(address);
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const answer = await web.open(url, { method: 'GET', signal });
    const { statusCode: status = 0, headers } = answer;
    if (status < 300 || status >= 400 || headers.location === undefined) return recordingIn(answer, GONE);
    answer.destroy();
    url = new URL(headers.location, url);
  }
  return 'unavailable';
}

import { recordingIn, type RecordingAnswer } from '../carrier/http-recording.js';
import { isCallId } from './call-resource.js';
import { JsonObject } from './json-object.js';
import type { PublicWeb } from './public-web.js';
import { apiAddress, type VapiApi } from './vapi-api.js';

const MOST_REDIRECTS = 3;

/** A store says 403 of an address whose time is over, and of what it never had. */
const GONE = [403, 404, 410];

interface Sources {
  readonly api: VapiApi;
  readonly web: PublicWeb;
  readonly apiUrl: string;
}

/**
 * The API knows where a recording is for the moment; anything else is asked for as anybody would.
 * @throws for an address that is not to be asked, and what the network did.
 */
export async function askForRecording(
  recordingUrl: string,
  sources: Sources,
  signal: AbortSignal,
): Promise<RecordingAnswer> {
  const { api, web, apiUrl } = sources;
  const callId = /\/call\/([^/]+)\/mono-recording$/.exec(recordingUrl)?.[1];
  const path = `call/${callId}/mono-recording`;
  if (!isCallId(callId) || apiAddress(apiUrl, path).href !== recordingUrl) return download(web, recordingUrl, signal);
  const answer = await api.open(path, signal);
  if (answer.statusCode === 200) return answer;
  answer.destroy();
  const { location } = answer.headers;
  if (location !== undefined) return download(web, new URL(location, recordingUrl).href, signal);
  return openArtifact(callId, sources, signal);
}

/** Recordings that an organisation keeps in a store of its own are not Vapi's to hand out. */
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

import type { HttpAnswer } from '../carrier/http-exchange.js';
import type { CallRecording, OpenedRecording } from '../telephony-provider.js';
import { isCallId } from './call-resource.js';
import { JsonObject } from './json-object.js';
import type { PublicWeb } from './public-web.js';
import { apiAddress, type VapiApi } from './vapi-api.js';

const MOST_BYTES = 100_000_000;
const MOST_REDIRECTS = 3;

interface Sources {
  readonly api: VapiApi;
  readonly web: PublicWeb;
  readonly apiUrl: string;
}

/**
 * The API knows where a recording is for the moment; anything else is asked for as anybody would.
 * @throws for an address that is not to be asked, a recording that is too long, and what the network did.
 */
export async function openRecording(
  recordingUrl: string,
  sources: Sources,
  signal: AbortSignal,
): Promise<OpenedRecording> {
  const { api, web, apiUrl } = sources;
  const callId = /\/call\/([^/]+)\/mono-recording$/.exec(recordingUrl)?.[1];
  const path = `call/${callId}/mono-recording`;
  if (!isCallId(callId) || apiAddress(apiUrl, path).href !== recordingUrl) return download(web, recordingUrl, signal);
  const answer = await api.get(path, { signal, mostBytes: MOST_BYTES });
  const { location } = answer.headers;
  if (typeof location === 'string') return download(web, new URL(location, recordingUrl).href, signal);
  return answer.status === 200 ? toRecording(answer) : openArtifact(callId, sources, signal);
}

/** Recordings that an organisation keeps in a store of its own are not Vapi's to hand out. */
async function openArtifact(callId: string, { api, web }: Sources, signal: AbortSignal): Promise<OpenedRecording> {
  const artifact = new JsonObject(await api.read(`call/${callId}`, signal)).at('artifact');
  const url = artifact.at('recording').at('mono').text('combinedUrl') ?? artifact.text('recordingUrl');
  return url === undefined ? 'gone' : download(web, url, signal);
}

async function download(web: PublicWeb, address: string, signal: AbortSignal): Promise<OpenedRecording> {
  let url = new URL(address);
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const answer = await web.send(url, { method: 'GET', mostBytes: MOST_BYTES, signal });
    const { location } = answer.headers;
    if (answer.status === 200) return toRecording(answer);
    if (answer.status < 300 || answer.status >= 400 || typeof location !== 'string') return withoutOne(answer.status);
    url = new URL(location, url);
  }
  return 'unavailable';
}

/** A store says 403 of an address whose time is over, and of what it never had. */
function withoutOne(status: number): 'gone' | 'unavailable' {
  return status === 403 || status === 404 || status === 410 ? 'gone' : 'unavailable';
}

function toRecording({ headers, body }: HttpAnswer): CallRecording {
  return { contentType: String(headers['content-type'] ?? 'application/octet-stream'), content: body };
}

import type { ServerResponse } from 'node:http';

export interface Failure {
  readonly status: number;
  /** Null: the answer is no JSON. */
  readonly code: number | null;
  readonly retryAfterSeconds?: number;
  /** Headers beside it. */
  readonly headers?: Readonly<Record<string, string>>;
}

export function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Sends an error as Twilio does. */
export function sendFailure(
  response: ServerResponse,
  { status, code, retryAfterSeconds, headers = {} }: Failure,
): void {
  response.setHeaders(new Headers(headers));
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', String(retryAfterSeconds));
  if (code === null) {
    response.writeHead(status, { 'content-type': 'text/html' }).end('<html>No service here</html>');
    return;
  }
  const more_info = `https://www.twilio.com/docs/errors/${code}`;
  sendJson(response, status, { code, message: `Error ${code}`, more_info, status });
}

export function sendAudio(response: ServerResponse, audio: Buffer): void {
  response.writeHead(200, { 'content-type': 'audio/x-wav', 'content-length': audio.length }).end(audio);
}

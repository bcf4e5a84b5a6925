import type { IncomingMessage } from 'node:http';
import { ANSWER_BOUNDS, parseBounded } from '#runtime/bounded-json.js';
import { collected, exchange, openExchange, type HttpAnswer } from '../carrier/http-exchange.js';
import type { TwilioSettings } from './twilio-settings.js';

const FORM = 'application/x-www-form-urlencoded';

/** Answer of Twilio that is neither a resource nor a 404. */
export class UnexpectedAnswer extends Error {
  constructor(
    readonly status: number,
    readonly code: number | null,
  ) {
    super(code === null ? `HTTP ${status}` : `HTTP ${status}, ${code}`);
  }
}

/** Sends requests to one account, each once, and never to another host. */
export class TwilioApi {
  private readonly account: URL;
  private readonly authorization: string;

  constructor({ accountSid, authToken, apiKey, apiUrl }: TwilioSettings) {
    this.account = new URL(`/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/`, apiUrl);
    const { sid, secret } = apiKey ?? { sid: accountSid, secret: authToken };
    this.authorization = `Basic ${Buffer.from(`${sid}:${secret}`).toString('base64')}`;
  }

  post(path: string, form: URLSearchParams, signal: AbortSignal): Promise<HttpAnswer> {
    const headers = { authorization: this.authorization, 'content-type': FORM };
    return exchange(new URL(path, this.account), { method: 'POST', body: form.toString(), headers, signal });
  }

  /**
   * Reads a resource; null: it does not exist.
   * @throws UnexpectedAnswer, or the network's error.
   */
  async read(path: string, signal: AbortSignal): Promise<unknown> {
    return (await this.readDated(path, signal)).content;
  }

  /** Reads a resource together with Twilio's own time. */
  async readDated(path: string, signal: AbortSignal): Promise<{ content: unknown; date: string | null }> {
    const answer = await collected(await this.open(path, signal));
    const { date } = answer.headers;
    return { content: contentOf(answer), date: typeof date === 'string' ? date : null };
  }

  /**
   * Returns the head of an answer; the caller reads the body.
   * @throws Error for another host, or the network's error.
   */
  async open(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    return openExchange(this.url(path), { method: 'GET', headers: { authorization: this.authorization }, signal });
  }

  /**
   * Returns an address below the account, or another path of its host.
   * @throws Error for another host, which must not get the secret.
   */
  url(path: string): URL {
    const url = new URL(path, this.account);
    if (url.origin !== this.account.origin) throw new Error(`${url.origin} is not ${this.account.origin}`);
    return url;
  }
}

/**
 * Returns null if the resource does not exist.
 * @throws UnexpectedAnswer.
 */
function contentOf(answer: HttpAnswer): Readonly<Record<string, unknown>> | null {
  if (answer.status === 404) return null;
  const content = readJson(answer);
  if (answer.status !== 200 || content === null) throw new UnexpectedAnswer(answer.status, errorCodeOf(content));
  return content;
}

/** Returns null for a body that is no JSON object, or too large. */
export function readJson({ body }: HttpAnswer): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = parseBounded(body.toString(), ANSWER_BOUNDS);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

export function errorCodeOf(content: Readonly<Record<string, unknown>> | null): number | null {
  return typeof content?.['code'] === 'number' ? content['code'] : null;
}

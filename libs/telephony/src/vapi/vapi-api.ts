import type { IncomingMessage } from 'node:http';
import { ANSWER_BOUNDS, parseBounded } from '#runtime/bounded-json.js';
import { collected, exchange, openExchange, type HttpAnswer } from '../carrier/http-exchange.js';
import type { VapiSettings } from './vapi-settings.js';

/** Answer of Vapi that is neither a resource nor a 404. */
export class UnexpectedAnswer extends Error {
  constructor(readonly status: number) {
    super(`HTTP ${status}`);
  }
}

/** Limit of an answer. A long conversation with the addresses of all its recordings has less. */
const MOST_BYTES = 20_000_000;

/** Sends requests to one organisation, each once, and never to another host. */
export class VapiApi {
  private readonly authorization: string;

  constructor(private readonly settings: Pick<VapiSettings, 'apiKey' | 'apiUrl'>) {
    this.authorization = `Bearer ${settings.apiKey}`;
  }

  post(path: string, body: object, signal: AbortSignal): Promise<HttpAnswer> {
    const headers = { authorization: this.authorization };
    const order = { method: 'POST', body: JSON.stringify(body), headers, mostBytes: MOST_BYTES, signal } as const;
    return exchange(this.url(path), order);
  }

  /** Returns the head of an answer; the caller reads the body. */
  open(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    return openExchange(this.url(path), { method: 'GET', headers: { authorization: this.authorization }, signal });
  }

  /**
   * Reads a resource; null: it does not exist.
   * @throws UnexpectedAnswer, AnswerTooLong, JsonTooLarge, or the network's error.
   */
  async read(path: string, signal: AbortSignal): Promise<unknown> {
    return (await this.readDated(path, signal)).content;
  }

  /** Reads a resource together with Vapi's own time. */
  async readDated(path: string, signal: AbortSignal): Promise<{ content: unknown; date: string | null }> {
    const { status, headers, body } = await collected(await this.open(path, signal), MOST_BYTES);
    if (status !== 404 && status !== 200) throw new UnexpectedAnswer(status);
    const content: unknown = status === 404 ? null : parseBounded(body.toString(), ANSWER_BOUNDS);
    return { content, date: typeof headers['date'] === 'string' ? headers['date'] : null };
  }

  private url(path: string): URL {
    return apiAddress(this.settings.apiUrl, path);
  }
}

/** @param path without a leading slash. */
export function apiAddress(apiUrl: string, path: string): URL {
  return new URL(path, apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`);
}

import { lookup } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type LookupFunction } from 'node:net';
import { collected, type HttpAnswer } from '../carrier/http-exchange.js';
import { isIpAddress, isLoopback, isPublic } from './ip-addresses.js';

export interface WebOrder {
  readonly method: 'GET' | 'POST';
  /** JSON. */
  readonly body?: string;
  readonly signal: AbortSignal;
}

/**
 * Sends requests to addresses that a foreign party has told, once and without credentials. Only public hosts are asked,
 * so that no stranger can probe the operator's network. This machine is allowed only if the API runs on it too.
 * Redirects are not followed.
 */
export class PublicWeb {
  private readonly isLoopbackAllowed: boolean;

  constructor(apiUrl: string) {
    this.isLoopbackAllowed = isLoopback(hostOf(new URL(apiUrl)));
  }

  /** True for HTTPS, or for HTTP on this machine: content that nobody else may read can be sent. */
  isConfidential(url: URL): boolean {
    return url.protocol === 'https:' || (this.isLoopbackAllowed && isLoopback(hostOf(url)));
  }

  /**
   * Sends a request and reads its answer.
   * @throws Error for a forbidden address, AnswerTooLong beyond `mostBytes`, or the network's error.
   */
  async send(url: URL, { mostBytes, ...order }: WebOrder & { readonly mostBytes: number }): Promise<HttpAnswer> {
    return collected(await this.open(url, order), mostBytes);
  }

  /**
   * Returns the answer once its head has arrived. The caller reads the rest or destroys it.
   * @throws Error for a forbidden address, or the network's error.
   */
  async open(url: URL, { method, body, signal }: WebOrder): Promise<IncomingMessage> {
    this.check(url);
    const headers =
      body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const order = { method, headers, signal, agent: false, lookup: this.lookup };
      const request = send(url, order, resolve);
      request.on('error', reject);
      request.end(body);
    });
  }

  /** Checks the address itself. A host name is resolved, and its addresses are checked, only at the connection. */
  private check(url: URL): void {
    const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
    const isPlain = url.username === '' && url.password === '';
    const host = hostOf(url);
    if (!isWeb || !isPlain || (isIpAddress(host) && !this.isAllowed(host))) throw new Error(`${host} is not asked`);
  }

  private isAllowed(address: string): boolean {
    return isPublic(address) || (this.isLoopbackAllowed && isLoopback(address));
  }

  private readonly lookup: LookupFunction = (host, options, tell) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) return tell(error ?? new Error(`${host} has no address`), '', 0);
      if (!addresses.every(({ address }) => this.isAllowed(address)))
        return tell(new Error(`${host} is not asked`), '', 0);
      return options.all ? tell(null, addresses) : tell(null, first.address, first.family);
    });
  };
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

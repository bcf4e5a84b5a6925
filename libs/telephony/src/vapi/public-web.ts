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
 * Requests to addresses that somebody has told us, sent once and with no credentials: to public hosts alone, so that
 * nobody can have us ask around in our own network; on this machine only if the API is there as well. No redirect is
 * followed.
 */
export class PublicWeb {
  private readonly isLoopbackAllowed: boolean;

  constructor(apiUrl: string) {
    this.isLoopbackAllowed = isLoopback(hostOf(new URL(apiUrl)));
  }

  /** HTTPS, or HTTP on this machine: for what nobody else must read. */
  isConfidential(url: URL): boolean {
    return url.protocol === 'https:' || (this.isLoopbackAllowed && isLoopback(hostOf(url)));
  }

  /**
   * @throws for an address that is not to be asked, an answer that is longer than `mostBytes`, and what the network
   * did.
   */
  async send(url: URL, { mostBytes, ...order }: WebOrder & { readonly mostBytes: number }): Promise<HttpAnswer> {
    return collected(await this.open(url, order), mostBytes);
  }

  /** The answer once its head is there; whoever asked reads the rest, or destroys it. @throws as above. */
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

  /** The name of a host is looked up, and its addresses are checked, only when it is connected to. */
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

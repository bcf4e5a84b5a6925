import { describe, expect, it } from 'vitest';
import type { HttpAnswer } from '../carrier/http-exchange.js';
import { hangUp } from './hang-up.js';
import { JsonObject } from './json-object.js';
import { PublicWeb } from './public-web.js';
import { VAPI_API_URL } from './vapi-settings.js';
import { VapiApi } from './vapi-api.js';

/** Records requests instead of sending them. */
class NotedWeb extends PublicWeb {
  readonly sent: string[] = [];

  override async send(url: URL): Promise<HttpAnswer> {
    this.sent.push(url.href);
    return { status: 200, headers: {}, body: Buffer.alloc(0) };
  }
}

describe('hangUp', () => {
  it.each([
    ['https://control.example/1', 'hung_up'],
    ['http://control.example/1', 'unavailable'],
    ['http://127.0.0.1/1', 'unavailable'],
    ['control', 'unavailable'],
    [undefined, 'unavailable'],
  ])('at %s: %s', async (controlUrl, result) => {
    const web = new NotedWeb(VAPI_API_URL);
    const api = new VapiApi({ apiKey: 'key', apiUrl: VAPI_API_URL });
    const call = new JsonObject({ status: 'in-progress', monitor: { controlUrl } });
    expect(await hangUp({ api, web }, call, new AbortController().signal)).toBe(result);
    expect(web.sent).toEqual(result === 'hung_up' ? [controlUrl] : []);
  });
});

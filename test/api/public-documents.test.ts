import { request as rawRequest, type IncomingHttpHeaders } from 'node:http';
import { runInNewContext } from 'node:vm';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { load } from 'js-yaml';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../apps/api/src/create-app.js';
import { routesOf } from '../security/routes.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const ORIGIN = 'https://app.example.com';

interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

const DECODERS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = { br: brotliDecompressSync, gzip: gunzipSync };

/** Every route that is the same for everybody. */
describe('A public document', () => {
  let database: TestDatabase;
  let app: NestFastifyApplication;
  let origin: string;
  let paths: string[];

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await createApp(testConfig(database.url, { CORS_ORIGINS: `${ORIGIN},https://other.example.com` }));
    await app.listen(0, '127.0.0.1');
    origin = await app.getUrl();
    const routes = routesOf(app).filter((route) => /^GET \/(docs|openapi)/.test(route));
    paths = [...routes.map((route) => route.slice('GET '.length)), '/docs/'];
  });

  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  /** Receives an answer as it comes over the wire: fetch would decompress it. */
  function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Received> {
    return new Promise((resolve, reject) => {
      const request = rawRequest(origin + path, { method, headers });
      request.on('error', reject);
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(chunks) }),
        );
      });
      request.end();
    });
  }

  it('is each of those that Swagger UI and programs ask for', () => {
    expect(paths).toEqual(
      expect.arrayContaining(['/openapi.json', '/openapi.yaml', '/docs', '/docs/', '/docs/swagger-ui-bundle.js']),
    );
    expect(paths.length).toBeGreaterThan(9);
  });

  it('has a strong tag of its own in each encoding, by which a client is told that it has it', async () => {
    for (const path of paths) {
      const plain = await ask(path);
      expect([path, plain.status, plain.headers['content-encoding']]).toEqual([path, 200, undefined]);
      const tags = new Map<string, string>();
      for (const encoding of ['identity', 'gzip', 'br']) {
        const given = { 'accept-encoding': encoding };
        const { headers, bytes } = await ask(path, given);
        const tag = headers.etag!;
        const isPlain = headers['content-encoding'] === undefined;
        expect([path, isPlain || headers['content-encoding'] === encoding]).toEqual([path, true]);
        expect((isPlain ? bytes : DECODERS[encoding]!(bytes)).equals(plain.bytes)).toBe(true);
        expect([path, tag]).toEqual([path, expect.stringMatching(/^"[\w-]{20,}"$/)]);
        expect(headers['vary']).toContain('Accept-Encoding');
        expect(headers['cache-control']).toMatch(/^public, max-age=\d+/);
        expect(headers['content-length']).toBe(String(bytes.length));
        expect(tags.get(tag) ?? bytes.toString('latin1')).toBe(bytes.toString('latin1'));
        tags.set(tag, bytes.toString('latin1'));
        for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
          const again = await ask(path, { ...given, 'if-none-match': known });
          expect([path, known, again.status, again.bytes.length]).toEqual([path, known, 304, 0]);
          expect(again.headers).toMatchObject({ etag: tag, vary: headers['vary'] });
          expect(again.headers['cache-control']).toBe(headers['cache-control']);
        }
        const other = await ask(path, { ...given, 'if-none-match': '"other"' });
        expect([path, other.status]).toEqual([path, 200]);
      }
      const isLarge = plain.bytes.length > 10_000;
      if (isLarge) expect([path, tags.size]).toEqual([path, 3]);
    }
  });

  it('names to a cache what else its answer depends on', async () => {
    const { headers } = await ask('/openapi.json', { origin: ORIGIN });
    expect(headers['access-control-allow-origin']).toBe(ORIGIN);
    expect(headers.vary?.split(', ').toSorted()).toEqual(['Accept-Encoding', 'Origin']);
  });

  it('answers a HEAD with the headers of its GET', async () => {
    for (const path of paths) {
      const given = { 'accept-encoding': 'gzip' };
      const [get, head] = [await ask(path, given), await ask(path, given, 'HEAD')];
      const telling = ({ headers }: Received) =>
        ['etag', 'vary', 'content-type', 'content-length', 'content-encoding', 'cache-control'].map((n) => headers[n]);
      expect([path, head.status, head.bytes.length, telling(head)]).toEqual([path, 200, 0, telling(get)]);
      const known = await ask(path, { ...given, 'if-none-match': get.headers.etag! }, 'HEAD');
      expect([path, known.status]).toEqual([path, 304]);
    }
  });

  it('is the same after many have asked at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => ask('/openapi.yaml', { 'accept-encoding': n % 2 ? 'br' : 'gzip' })),
    );
    expect(new Set(answers.map(({ headers }) => headers.etag)).size).toBe(2);
  });

  it('says the same in JSON and in YAML', async () => {
    const [json, yaml] = [await ask('/openapi.json'), await ask('/openapi.yaml')];
    expect(json.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(yaml.headers['content-type']).toBe('text/yaml; charset=utf-8');
    expect(load(yaml.bytes.toString())).toEqual(JSON.parse(json.bytes.toString()));
  });

  it('is a page whose files are all there, with a slash at its end and without', async () => {
    for (const path of ['/docs', '/docs/', '/docs/index.html']) {
      const page = (await ask(path)).bytes.toString();
      const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => new URL(link!, origin + path));
      expect([path, links.length]).toEqual([path, 6]);
      for (const { pathname, origin: at } of links)
        expect([path, pathname, at, (await ask(pathname)).status]).toEqual([path, pathname, origin, 200]);
    }
    const script = (await ask('/docs/swagger-ui-init.js')).bytes.toString();
    const given = started(script, `${origin}/docs/swagger-ui-init.js`);
    expect(given).toMatchObject({ url: `${origin}/openapi.json`, persistAuthorization: true, validatorUrl: null });
  });

  it('is a page that plays the audio which has arrived', async () => {
    const script = (await ask('/docs/swagger-ui-init.js')).bytes.toString();
    const [, playing] = started(script, `${origin}/docs/swagger-ui-init.js`).plugins;
    expect(playing!().wrapComponents.responseBody).toBeTypeOf('function');
  });

  it('is no other file of the package that Swagger UI comes in', async () => {
    for (const path of ['/docs/package.json', '/docs/swagger-ui.js.map', '/docs/../package.json', '/docs/%2e%2e/x'])
      expect([path, (await ask(path)).status]).toEqual([path, 404]);
  });
});

interface SwaggerUiOptions {
  readonly url: string;
  readonly plugins: readonly (() => { wrapComponents: Record<string, unknown> })[];
}

/** Runs the script of the page as a browser does. @returns what Swagger UI is given. */
function started(script: string, src: string): SwaggerUiOptions {
  const starts: (() => void)[] = [];
  let given: SwaggerUiOptions | undefined;
  const bundle = (options: SwaggerUiOptions) => (given = options);
  runInNewContext(script, {
    URL,
    document: { currentScript: { src } },
    window: { addEventListener: (_event: string, start: () => void) => starts.push(start) },
    SwaggerUIBundle: Object.assign(bundle, { presets: {}, plugins: { DownloadUrl: () => ({ wrapComponents: {} }) } }),
    SwaggerUIStandalonePreset: {},
  });
  for (const start of starts) start();
  return given!;
}

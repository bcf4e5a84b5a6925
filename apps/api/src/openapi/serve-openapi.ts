import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { dump } from 'js-yaml';
import { StoredDocument, type StoredDocumentSettings } from '../server/stored-document.js';
import { buildOpenApi } from './openapi.js';
import { readSwaggerUiFile, SWAGGER_UI_FILES, SWAGGER_UI_INIT, swaggerUiPage } from './swagger-ui.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Seconds for which clients may reuse an answer. Documents change with Outdial's version, files with Swagger UI's. */
const MAX_AGE_SECONDS = { document: MINUTE, file: HOUR };

/**
 * Serves `/docs` for people, `/openapi.json` and `/openapi.yaml` for programs. All are public and
 * the same for all clients, so each is made once in the life of the process.
 */
export function serveOpenApi(app: NestFastifyApplication, publicUrl: string): void {
  const build = once(() => buildOpenApi(app, publicUrl));
  serve(app, '/openapi.json', { type: 'application/json; charset=utf-8', read: () => JSON.stringify(build()) });
  serve(app, '/openapi.yaml', { type: 'text/yaml; charset=utf-8', read: () => yamlOf(build()) });
  serve(app, '/docs/swagger-ui-init.js', { type: 'text/javascript; charset=utf-8', read: () => SWAGGER_UI_INIT });
  serve(app, '/docs/index.html', { type: HTML, read: () => swaggerUiPage('./') });
  for (const [name, type] of Object.entries(SWAGGER_UI_FILES)) {
    const read = () => readSwaggerUiFile(name);
    serve(app, `/docs/${name}`, { type, read, maxAgeSeconds: MAX_AGE_SECONDS.file });
  }
  serveStartPage(app);
}

const HTML = 'text/html; charset=utf-8';

type Settings = Omit<StoredDocumentSettings, 'maxAgeSeconds'> & Partial<StoredDocumentSettings>;

function serve(app: NestFastifyApplication, path: string, settings: Settings): void {
  const document = stored(settings);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get(path, { config: { isPublic: true } }, (request, reply) => document.send(request, reply));
}

/** Serves two pages over one route, `/docs` and `/docs/`. Relative addresses of their files differ. */
function serveStartPage(app: NestFastifyApplication): void {
  const [page, folder] = ['./docs/', './'].map((base) => stored({ type: HTML, read: () => swaggerUiPage(base) }));
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/docs', { config: { isPublic: true } }, (request, reply) => {
    const isFolder = request.url.split('?', 1)[0]!.endsWith('/');
    return (isFolder ? folder! : page!).send(request, reply);
  });
}

function stored(settings: Settings): StoredDocument {
  return new StoredDocument({ maxAgeSeconds: MAX_AGE_SECONDS.document, ...settings });
}

function yamlOf(document: OpenAPIObject): string {
  return dump(document, { skipInvalid: true, noRefs: true });
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

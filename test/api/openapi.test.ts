import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApiWithDatabase, type ApiWithDatabase } from '../support/running-api.js';

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: string[];
  readonly security?: unknown[];
  readonly parameters?: Record<string, unknown>[];
  readonly requestBody?: { content: Record<string, { schema: { $ref: string } }> };
  readonly responses: Record<string, Response>;
}

interface Response {
  readonly description?: string;
  readonly content?: Record<string, { schema?: unknown }>;
  readonly headers?: object;
}

interface Document {
  readonly openapi: string;
  readonly tags: { name: string }[];
  readonly servers: { url: string }[];
  readonly security: unknown;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: Record<string, Record<string, unknown>> & {
    schemas: Record<string, { properties?: Record<string, Record<string, unknown>> }>;
  };
}

const LARGEST = 200_000;

const PUBLIC = /\/auth\/(register|login|refresh|password\/forgot|password\/reset|invitations\/accept)$|livez|readyz/;

describe('OpenAPI', () => {
  let api: ApiWithDatabase;
  let document: Document;

  beforeAll(async () => {
    api = await startApiWithDatabase();
    document = (await api.client.get<Document>('//openapi.json')).body;
  });

  afterAll(() => api.close());

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );

  /** Returns the part of the document that a reference points at. */
  function at(reference: string): unknown {
    if (!reference.startsWith('#/')) return undefined;
    return reference
      .slice(2)
      .split('/')
      .reduce<unknown>((node, step) => (node as Record<string, unknown> | undefined)?.[step], document);
  }

  function resolved<T extends object>(given: T): T {
    return '$ref' in given ? resolved(at(given.$ref as string) as T) : given;
  }

  it('is the one in docs/openapi.json', async () => {
    await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot('../../docs/openapi.json');
  });

  it('is version 3.1, which knows no `nullable`', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(JSON.stringify(document)).not.toContain('"nullable"');
  });

  it('is smaller than 200 kB as it is served', async () => {
    const { body, headers } = await api.client.get<Document>('//openapi.json', {
      headers: { 'accept-encoding': 'identity' },
    });
    const bytes = Buffer.byteLength(JSON.stringify(body));
    expect(bytes).toBeLessThan(LARGEST);
    expect(Number(headers.get('content-length') ?? bytes)).toBe(bytes);
  });

  it('refers to nothing that is not there', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)].map(([, to]) => to!);
    expect(references.length).toBeGreaterThan(500);
    expect(references.filter((to) => at(to) === undefined)).toEqual([]);
  });

  it('has nothing to which nothing refers', () => {
    const text = JSON.stringify(document);
    const unused = Object.entries(document.components).flatMap(([kind, components]) =>
      Object.keys(components)
        .map((name) => `#/components/${kind}/${name}`)
        .filter((to) => !text.includes(`"$ref":"${to}"`)),
    );
    expect(unused).toEqual(['#/components/securitySchemes/bearer']);
  });

  it('is asked where it comes from, and says where the public finds it', () => {
    expect(document.servers.map(({ url }) => url)).toEqual(['/']);
  });

  it('has its tags in the order in which they are needed, each with operations', () => {
    const names = document.tags.map(({ name }) => name);
    expect(names.join(', ')).toBe(
      'campaigns, contacts, imports, calls, do not call, consents, people, telephony, api keys, auth, users, tenant, ' +
        'audit log, health',
    );
    expect(new Set(operations().flatMap(({ operation }) => operation.tags))).toEqual(new Set(names));
  });

  it('names every operation once, and says what it is for', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operation } of operations()) {
      const text = expect.stringMatching(/\w/) as unknown;
      expect(operation).toMatchObject({ summary: text, description: text, tags: [text] });
    }
  });

  it('describes every parameter, and proposes no value for one that may be left out', () => {
    for (const { path, operation } of operations()) {
      for (const parameter of operation.parameters?.map(resolved) ?? []) {
        const { name, required, description, example } = parameter;
        expect([path, name, description]).toEqual([path, name, expect.stringMatching(/\w/)]);
        const proposed = example ?? (resolved(parameter['schema'] as object) as { example?: unknown }).example;
        if (parameter['in'] === 'query' && !required) expect([path, name, proposed]).toEqual([path, name, undefined]);
      }
    }
  });

  it('says of every operation whether it wants a token, and what it answers without one', () => {
    expect(document.security).toEqual([{ bearer: [] }]);
    for (const { path, method, operation } of operations()) {
      const isPublic = PUBLIC.test(path);
      expect([path, method, operation.security, '401' in operation.responses]).toEqual([
        path,
        method,
        isPublic ? [] : undefined,
        !isPublic || path.endsWith('/login') || path.endsWith('/refresh'),
      ]);
    }
  });

  it('documents every error as a problem that is written once, by its codes', () => {
    for (const { path, operation } of operations().filter((one) => !/readyz/.test(one.path))) {
      const errors = Object.entries(operation.responses).filter(([status]) => !status.startsWith('2'));
      expect(errors.map(([status]) => status)).toContain('422');
      for (const [status, reference] of errors) {
        expect([path, status, Object.keys(reference)]).toEqual([path, status, ['$ref']]);
        const response = resolved(reference);
        expect(Object.keys(response.content ?? {})).toEqual(['application/problem+json']);
        expect(response.description).toMatch(/^`[a-z_]+`/);
      }
    }
  });

  it('documents the headers of limits', () => {
    for (const { operation } of operations().filter((one) => !/livez|readyz/.test(one.path))) {
      const success = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))![1];
      expect(resolved(success).headers).toHaveProperty('RateLimit');
      expect(resolved(operation.responses['default']!).headers).toMatchObject({
        RateLimit: {},
        'RateLimit-Policy': {},
        'Retry-After': {},
      });
    }
  });

  it('describes every answer, and gives an example for every field of every body', () => {
    for (const { path, operation } of operations()) {
      const [status, success] = Object.entries(operation.responses).find(([one]) => one.startsWith('2'))!;
      expect([path, status === '204' || Object.keys(resolved(success).content ?? {}).length > 0]).toEqual([path, true]);
      const body = operation.requestBody?.content['application/json']?.schema.$ref.split('/').pop();
      for (const [field, schema] of Object.entries(body ? (document.components.schemas[body]?.properties ?? {}) : {})) {
        const whole = resolved(schema);
        expect([body, field, 'example' in whole || 'items' in whole]).toEqual([body, field, true]);
      }
    }
  });

  it('is what Swagger UI at /docs shows, with assets of its own', async () => {
    const page = await api.client.get<string>('//docs');
    expect(page).toMatchObject({ status: 200 });
    expect(page.body).toContain('swagger-ui');
    expect(page.body).not.toMatch(/(src|href)="https?:/);
    expect((await api.client.get('//docs/swagger-ui-bundle.js')).status).toBe(200);
  });
});

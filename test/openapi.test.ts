import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type RunningApi } from './harness/running-api.js';
import { createTestDatabase, type TestDatabase } from './harness/test-database.js';
import { testConfig } from './harness/test-config.js';

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly tags?: string[];
  readonly security?: unknown[];
  readonly requestBody?: { content: Record<string, { schema: { $ref: string } }> };
  readonly responses: Record<string, { content?: Record<string, { schema?: unknown; examples?: unknown }> }>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, { properties?: Record<string, Record<string, unknown>> }> };
}

const PUBLIC = /\/auth\/(register|login|refresh|password\/forgot|password\/reset|invitations\/accept)$|livez|readyz/;

describe('OpenAPI', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let document: Document;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startApi(testConfig(database.url));
    document = (await api.client.get<Document>('//openapi.json')).body;
  });

  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );

  it('is the one in docs/openapi.json', async () => {
    await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot('../docs/openapi.json');
  });

  it('is version 3.1, which knows no `nullable`', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(JSON.stringify(document)).not.toContain('"nullable"');
  });

  it('names every operation once, and says what it is for', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operation } of operations()) {
      expect(operation).toMatchObject({ summary: expect.any(String), tags: [expect.any(String)] });
    }
  });

  it('says of every operation behind the guard that it wants a token and what it answers without one', () => {
    for (const { path, method, operation } of operations()) {
      const isPublic = PUBLIC.test(path);
      expect([path, method, operation.security !== undefined, '401' in operation.responses]).toEqual([
        path,
        method,
        !isPublic,
        !isPublic || path.endsWith('/login') || path.endsWith('/refresh'),
      ]);
    }
  });

  it('documents every error as a problem with an example', () => {
    for (const { path, operation } of operations().filter((one) => !/livez|readyz/.test(one.path))) {
      const errors = Object.entries(operation.responses).filter(([status]) => Number(status) >= 400);
      expect(errors.length).toBeGreaterThan(0);
      for (const [status, response] of errors) {
        expect([
          path,
          status,
          Object.keys(response.content?.['application/problem+json']?.examples ?? {}).length > 0,
        ]).toEqual([path, status, true]);
      }
    }
  });

  it('describes every answer, and gives an example for every field of every body', () => {
    for (const { path, operation } of operations()) {
      const success = Object.entries(operation.responses).find(([status]) => status.startsWith('2'));
      expect([path, success?.[0] === '204' || Object.keys(success?.[1].content ?? {}).length > 0]).toEqual([
        path,
        true,
      ]);
      const body = operation.requestBody?.content['application/json']?.schema.$ref.split('/').pop();
      for (const [field, schema] of Object.entries(body ? (document.components.schemas[body]?.properties ?? {}) : {})) {
        expect([body, field, 'example' in schema || 'items' in schema]).toEqual([body, field, true]);
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

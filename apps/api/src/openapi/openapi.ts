import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { addBodyExamples } from './body-examples.js';
import { operationsOf } from './operations.js';
import { shareParameters, tidyParameters } from './parameters.js';
import { shareResponses } from './responses.js';
import { shareBases } from './shared-bases.js';
import { shareSchemas } from './shared-schemas.js';

const DESCRIPTION = `Runs outbound call campaigns: contacts in, calls out through a voice provider, never more than
\`max_concurrent_calls\` at once and never the same person twice by mistake.

To begin: \`POST /auth/register\`, or where that is closed the operator's invitation (\`POST
/auth/invitations/accept\`); then **Authorize** with the \`access_token\` of the answer. Create a campaign, add
contacts, start it, and watch its calls. Programs use an API key (\`POST /api-keys\`) in the same place. Errors are
RFC 9457 problems; \`errors\` names every wrong field at once. A PATCH changes what it names, also within objects
where the field says so. Times are ISO 8601, ids are UUIDs, phone numbers are E.164. Parameters and fields that are
not named here are rejected (422).`;

/** @param publicUrl where clients reach the API. */
export function buildOpenApi(app: INestApplication, publicUrl: string): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('Outdial')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('MIT', 'https://spdx.org/licenses/MIT.html')
    .setOpenAPIVersion('3.1.0')
    .addSecurityRequirements('bearer')
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'An `access_token`, or an API key (`od_…`).',
      },
      'bearer',
    );
  for (const { url, description } of serversOf(publicUrl)) builder.addServer(url, description);
  for (const [name, description] of TAGS) builder.addTag(name, description);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (_controller, method) => method,
  });
  describeRawFiles(document);
  markPublic(document);
  addBodyExamples(document);
  tidyParameters(document);
  shareBases(document);
  shareSchemas(document);
  shareParameters(document);
  shareResponses(document);
  delete (document.info as { contact?: object }).contact;
  return withNullTypes(document) as OpenAPIObject;
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Lists the host that serves the document, for Swagger UI, and PUBLIC_URL, for programs that read a file. */
function serversOf(publicUrl: string): { url: string; description: string }[] {
  const here = { url: '/', description: 'Where this document comes from' };
  if (LOOPBACK.test(new URL(publicUrl).hostname)) return [here];
  return [here, { url: publicUrl.replace(/\/$/, ''), description: 'PUBLIC_URL of this installation' }];
}

const RAW_FILES = ['text/csv', 'application/gzip'];

/** Describes a body that is a file. It has no fields, unlike the form that Nest describes for every content type. */
function describeRawFiles(document: OpenAPIObject): void {
  for (const { requestBody } of operationsOf(document)) {
    const content = requestBody && 'content' in requestBody ? requestBody.content : {};
    for (const type of RAW_FILES) if (content[type]) content[type] = { schema: { type: 'string', format: 'binary' } };
  }
}

/** Marks public operations as needing no token. The document asks for one everywhere else. */
function markPublic(document: OpenAPIObject): void {
  for (const operation of operationsOf(document)) {
    if (operation.security) delete operation.security;
    else operation.security = [];
  }
}

/**
 * Converts `nullable` of OpenAPI 3.0, which Nest writes, to JSON Schema types of OpenAPI 3.1. `{type: 'string',
 * nullable: true}` becomes `{type: ['string', 'null']}`.
 */
function withNullTypes(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withNullTypes);
  if (typeof node !== 'object' || node === null) return node;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, withNullTypes(value)]),
  );
  if (nullable !== true)
    return nullable === undefined ? rest : { ...rest, ...(typeof nullable === 'boolean' ? {} : { nullable }) };
  return nullSchema(rest);
}

function nullSchema(schema: Record<string, unknown>): Record<string, unknown> {
  if (Array.isArray(schema['enum']))
    return { ...schema, type: [schema['type'], 'null'], enum: [...schema['enum'], null] };
  if (typeof schema['type'] === 'string') return { ...schema, type: [schema['type'], 'null'] };
  return { anyOf: [schema, { type: 'null' }] };
}

/** Tags in the order in which an integrator meets them. */
const TAGS: readonly (readonly [name: string, description: string])[] = [
  ['campaigns', 'Campaigns and what they do'],
  ['contacts', 'The people a campaign calls'],
  ['imports', 'Files of contacts and of numbers that must not be called'],
  ['calls', 'What the provider did'],
  ['do not call', 'Numbers that are never called'],
  ['consents', 'Who has agreed to be called'],
  ['people', 'What is stored of a person'],
  ['telephony', 'Accounts with providers and the numbers that calls come from'],
  ['api keys', 'For programs'],
  ['auth', 'Users and their tokens'],
  ['users', 'Who belongs to the tenant, and who is invited'],
  ['tenant', 'The business that the user belongs to'],
  ['audit log', 'Who did what'],
  ['health', 'For load balancers and supervisors'],
];

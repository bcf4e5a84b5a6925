import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

const DESCRIPTION = `Runs outbound call campaigns: contacts in, calls out through a voice provider, never more than \`max_concurrent_calls\`
at once and never the same person twice by mistake.

To begin: \`POST /auth/register\`, or where that is closed the operator's invitation (\`POST /auth/invitations/accept\`); then **Authorize** with the \`access_token\` of the answer. Create a campaign, add contacts, start it, and watch
its calls. Programs use an API key (\`POST /api-keys\`) in the same place. Errors are RFC 9457 problems; \`errors\` names every wrong field at once. A PATCH
changes what it names, also within objects where the field says so. Times are ISO 8601, ids are UUIDs, phone numbers are E.164.`;

export function buildOpenApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Outdial')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('MIT', 'https://spdx.org/licenses/MIT.html')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'bearer')
    .addTag('auth', 'Users and their tokens')
    .addTag('users', 'Who belongs to the tenant, and who is invited')
    .addTag('api keys', 'For programs')
    .addTag('campaigns', 'Campaigns and what they do')
    .addTag('contacts', 'The people a campaign calls')
    .addTag('imports', 'Files of contacts and of numbers that must not be called')
    .addTag('calls', 'What the provider did')
    .addTag('telephony', 'Accounts with providers and the numbers that calls come from')
    .addTag('do not call', 'Numbers that are never called')
    .addTag('consents', 'Who has agreed to be called')
    .addTag('people', 'What is stored of a person')
    .addTag('audit log', 'Who did what')
    .addTag('tenant', 'The business that the user belongs to')
    .addTag('health', 'For load balancers and supervisors')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (_controller, method) => method,
  });
  return withNullTypes(withRawFiles(document)) as OpenAPIObject;
}

const RAW_FILES = ['text/csv', 'application/gzip'];

/** A file that is the body itself has no fields, unlike the form that Nest describes for every content type. */
function withRawFiles(document: OpenAPIObject): OpenAPIObject {
  for (const { post } of Object.values(document.paths)) {
    const content = post?.requestBody && 'content' in post.requestBody ? post.requestBody.content : {};
    for (const type of RAW_FILES) if (content[type]) content[type] = { schema: { type: 'string', format: 'binary' } };
  }
  return document;
}

/**
 * OpenAPI 3.1 speaks JSON Schema, which has no `nullable`: `{type: 'string', nullable: true}` becomes `{type:
 * ['string', 'null']}`.
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

/** `/docs` for people, `/openapi.json` for programs. */
export function serveOpenApi(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => buildOpenApi(app), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Outdial API',
    swaggerOptions: {
      validatorUrl: null,
      persistAuthorization: true,
      displayRequestDuration: true,
      tryItOutEnabled: true,
    },
  });
}

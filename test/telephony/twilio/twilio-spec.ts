import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

/** Twilio's own OpenAPI document of the API of 2010-04-01, as its command line tool ships it. */
const DOCUMENT = '@twilio/cli-core/src/services/twilio-api/twilio_api_v2010.json';

const CALLS = '/2010-04-01/Accounts/{AccountSid}/Calls.json';
const CALL = '/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json';
const RECORDINGS = '/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Recordings.json';

interface Schema {
  readonly properties?: Readonly<Record<string, { readonly type?: string }>>;
}
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}
interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<'get' | 'post', Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export type RequestKind = 'create' | 'update' | 'list' | 'recordings';
export type ResponseKind = 'call' | 'calls' | 'recordings';

const E164_OR_SIP = /^(\+[1-9]\d{1,14}|sip:.+|client:.+)$/;
const RFC_2822 = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} \+0000$/;

/** Holds requests and answers against the document. Whatever does not fit is a violation, and ought to fail a run. */
export class TwilioSpec {
  readonly violations: string[] = [];

  /** @param onViolation is told of each as it comes. */
  constructor(
    private readonly onViolation: (violation: string) => void = () => undefined,
    private readonly checks: Checks = sharedChecks(),
  ) {}

  checkRequest(kind: RequestKind, fields: URLSearchParams): boolean {
    const { schema, validate } = this.checks.requests[kind];
    return this.check(`${kind} request`, validate, toObject(fields, schema));
  }

  checkResponse(kind: ResponseKind, body: object): boolean {
    const { schema, validate } = this.checks.responses[kind];
    const unknown = Object.keys(body).filter((name) => !(name in (schema.properties ?? {})));
    if (unknown.length > 0) this.violate(`${kind} response: has no ${unknown.join(', ')}`);
    return this.check(`${kind} response`, validate, structuredClone(body));
  }

  violate(violation: string): void {
    this.violations.push(violation);
    this.onViolation(violation);
  }

  private check(what: string, validate: ValidateFunction, value: object): boolean {
    if (validate(value)) return true;
    const errors = (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
    this.violate(`${what}: ${errors.join('; ')}`);
    return false;
  }
}

interface Check {
  readonly schema: Schema;
  readonly validate: ValidateFunction;
}
interface Checks {
  readonly requests: Readonly<Record<RequestKind, Check>>;
  readonly responses: Readonly<Record<ResponseKind, Check>>;
}

let compiled: Checks | undefined;

/** The document is large: it is read and compiled once in a process. */
function sharedChecks(): Checks {
  return (compiled ??= compileChecks());
}

function compileChecks(): Checks {
  const file = createRequire(import.meta.url).resolve(DOCUMENT);
  const document = JSON.parse(readFileSync(file, 'utf8'), withoutIdleNull) as OpenApi;
  const request = compilerOf(document, { coerceTypes: true });
  /** Addresses of pages and resources are told relative to the host, whatever the document's format says. */
  const response = compilerOf(document, { coerceTypes: false }).addFormat('uri', true);
  const strict = (schema: Schema): Check => ({
    schema,
    validate: request.compile({ ...pointing(schema), additionalProperties: false }),
  });
  const named = (pointer: string, schema: Schema): Check => ({ schema, validate: response.compile({ $ref: pointer }) });
  const listOf = (path: string) => {
    const pointer = `${pointerTo(path)}/get/responses/200/content/application~1json/schema`;
    return named(pointer, at(document, path));
  };
  return {
    requests: {
      create: strict(bodyOf(document.paths[CALLS])),
      update: strict(bodyOf(document.paths[CALL])),
      list: strict(queryOf(document.paths[CALLS])),
      recordings: strict(queryOf(document.paths[RECORDINGS])),
    },
    responses: {
      call: named(
        'twilio#/components/schemas/api.v2010.account.call',
        document.components.schemas['api.v2010.account.call'] ?? {},
      ),
      calls: listOf(CALLS),
      recordings: listOf(RECORDINGS),
    },
  };
}

/**
 * Removes `nullable` where the document allows any type. It says nothing more there, and ajv takes it for a mistake.
 */
function withoutIdleNull(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('nullable' in value) || 'type' in value) return value;
  const { nullable: _nullable, ...rest } = value;
  return rest;
}

function compilerOf(document: OpenApi, { coerceTypes }: { coerceTypes: boolean }): Ajv {
  const ajv = new Ajv({ strict: false, validateSchema: false, allErrors: true, coerceTypes });
  formats.default(ajv);
  ajv.addFormat('endpoint', E164_OR_SIP).addFormat('phone-number', E164_OR_SIP);
  ajv.addFormat(
    'twiml',
    (text: string) => text.length <= 4000 && text.startsWith('<?xml') && text.endsWith('</Response>'),
  );
  ajv.addFormat('date-time-rfc-2822', RFC_2822).addFormat('currency', /^[A-Z]{3}$/);
  ajv.addFormat('http-method', true).addFormat('uri-map', true);
  return ajv.addSchema(document, 'twilio');
}

/** Makes a schema's references point into the document although it stands on its own. */
function pointing(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"twilio#/')) as Schema;
}

function pointerTo(path: string): string {
  return `twilio#/paths/${encodeURIComponent(path.replaceAll('/', '~1'))}`;
}

function bodyOf(operations: OpenApi['paths'][string] | undefined): Schema {
  const schema = operations?.post.requestBody?.content['application/x-www-form-urlencoded']?.schema;
  if (!schema) throw new Error('The document has no such form');
  return schema;
}

function queryOf(operations: OpenApi['paths'][string] | undefined): Schema {
  const parameters = operations?.get.parameters?.filter((one) => one.in === 'query') ?? [];
  return { properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])) };
}

function at(document: OpenApi, path: string): Schema {
  const answer = document.paths[path]?.get as unknown as {
    responses: { 200: { content: Record<string, { schema: Schema }> } };
  };
  return answer.responses[200].content['application/json']?.schema ?? {};
}

/** A list where the document wants one, or where a name came several times. */
function toObject(fields: URLSearchParams, { properties = {} }: Schema): object {
  const entries = [...new Set(fields.keys())].map((name) => {
    const values = fields.getAll(name);
    return [name, properties[name]?.type === 'array' || values.length > 1 ? values : values[0]] as const;
  });
  return Object.fromEntries(entries);
}

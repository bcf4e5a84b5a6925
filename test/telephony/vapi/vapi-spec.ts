import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { HAS_VAPI_DOCUMENT, vapiDocument, type Schema, type VapiDocument } from './vapi-document.js';

/** Names of the schemas that describe requests and answers. */
const SCHEMAS = {
  'create request': 'CreateCallDTO',
  'control request': 'ClientInboundMessageEndCall',
  call: 'Call',
  'phone number': 'TwilioPhoneNumber',
  'status-update': 'ServerMessageStatusUpdate',
  'end-of-call-report': 'ServerMessageEndOfCallReport',
} as const;
export type BodyKind = keyof typeof SCHEMAS;
export type ListPath = '/call' | '/phone-number';

/**
 * Holds requests and answers against Vapi's document. Whatever does not fit is a violation, and ought to fail a run.
 */
export class VapiSpec {
  readonly violations: string[] = [];

  /** Null where the document is not there. */
  static ofDocument(): VapiSpec | null {
    return HAS_VAPI_DOCUMENT ? new VapiSpec() : null;
  }

  private constructor(private readonly checks: Checks = sharedChecks()) {}

  /** Rejects fields that the API does not know: Vapi does so too, although its document does not say it. */
  checkRequest(kind: 'create request' | 'control request', body: unknown): boolean {
    const strangers = unknownFields(this.checks.document, { $ref: refTo(SCHEMAS[kind]) }, body);
    for (const name of strangers) this.violations.push(`${kind}: property ${name} should not exist`);
    return this.check(kind, this.checks.bodies[kind], body) && strangers.length === 0;
  }

  checkQuery(path: ListPath, query: URLSearchParams): boolean {
    return this.check(`list ${path}`, this.checks.queries[path], Object.fromEntries(query));
  }

  checkBody(kind: BodyKind, body: unknown): boolean {
    return this.check(kind, this.checks.bodies[kind], body);
  }

  private check(what: string, validate: ValidateFunction, value: unknown): boolean {
    if (validate(value)) return true;
    const errors = (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
    this.violations.push(`${what}: ${[...new Set(errors)].slice(0, 10).join('; ')}`);
    return false;
  }
}

interface Checks {
  readonly document: VapiDocument;
  readonly bodies: Readonly<Record<BodyKind, ValidateFunction>>;
  readonly queries: Readonly<Record<ListPath, ValidateFunction>>;
}

let compiled: Checks | undefined;

function sharedChecks(): Checks {
  return (compiled ??= compileChecks(vapiDocument()));
}

function compileChecks(document: VapiDocument): Checks {
  const bodies = ajv(false).addSchema(document, 'vapi');
  const named = Object.entries(SCHEMAS).map(([kind, name]) => [kind, bodies.compile({ $ref: `vapi${refTo(name)}` })]);
  const query = (path: ListPath) => {
    const parameters = document.paths[path]?.get.parameters ?? [];
    const properties = Object.fromEntries(parameters.map(({ name, schema }) => [name, schema]));
    return ajv(true).compile({ type: 'object', properties, additionalProperties: false });
  };
  return {
    document,
    bodies: Object.fromEntries(named) as Checks['bodies'],
    queries: { '/call': query('/call'), '/phone-number': query('/phone-number') },
  };
}

/** @param coerceTypes for what is text alone. */
function ajv(coerceTypes: boolean): Ajv {
  const one = new Ajv({ strict: false, validateSchema: false, allErrors: true, coerceTypes });
  formats.default(one);
  return one;
}

function refTo(name: string): string {
  return `#/components/schemas/${name}`;
}

/**
 * Lists unknown fields. An object with several variants knows the fields of all of them; one without listed fields
 * allows any.
 */
function unknownFields(document: VapiDocument, schema: Schema, value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const variants = resolved(document, schema);
  if (Array.isArray(value)) {
    const items = variants.flatMap((one) => one.items ?? []);
    return value.flatMap((item) => unknownFields(document, { anyOf: items }, item, `${path}[]`));
  }
  const known = variants.flatMap(({ properties }) => (properties ? [properties] : []));
  if (known.length === 0) return [];
  return Object.entries(value).flatMap(([name, field]) => {
    const schemas = known.flatMap((properties) => properties[name] ?? []);
    if (schemas.length === 0) return [`${path}.${name}`];
    return unknownFields(document, { anyOf: schemas }, field, `${path}.${name}`);
  });
}

function resolved(document: VapiDocument, { $ref, anyOf = [], allOf = [], ...own }: Schema): Schema[] {
  const name = $ref?.split('/').at(-1) ?? '';
  const referred = $ref === undefined ? [] : [document.components.schemas[name] ?? {}];
  return [own, ...[...referred, ...anyOf, ...allOf].flatMap((one) => resolved(document, one))];
}

/** Description of an operation in the OpenAPI document. */
export interface Operation {
  readonly operationId: string;
  /** Name such as `GET /campaigns/{campaign_id}`, below `/api/v1`. */
  readonly id: string;
  readonly method: string;
  /** The whole path, with its parameters in braces. */
  readonly path: string;
  readonly isPublic: boolean;
  readonly pathParameters: readonly string[];
  readonly queryParameters: readonly Parameter[];
  /** Null: it takes none, or a file. */
  readonly bodySchema: Schema | null;
  /** Whole bodies in JSON, by their names. */
  readonly examples: readonly (readonly [name: string, value: unknown])[];
  readonly acceptsFile: boolean;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly example?: unknown;
  readonly schema: Schema;
}

export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string;
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly maxLength?: number;
  readonly maximum?: number;
  readonly additionalProperties?: unknown;
}

interface Reference {
  readonly $ref: string;
}

interface Content {
  readonly schema: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

interface DocumentedOperation {
  readonly operationId: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly parameters: Readonly<Record<string, Parameter>>;
  };
}

export function operationsOf(document: Document): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, documented]) => toOperation(document, { path, method, documented })),
  );
}

interface Found {
  readonly path: string;
  readonly method: string;
  readonly documented: DocumentedOperation;
}

function toOperation(document: Document, { path, method, documented }: Found): Operation {
  const content = documented.requestBody?.content ?? {};
  const json = content['application/json'];
  const parameters = (documented.parameters ?? []).map((one) => writtenOut(document, one));
  return {
    operationId: documented.operationId,
    id: `${method.toUpperCase()} ${path.replace('/api/v1', '')}`,
    method: method.toUpperCase(),
    path,
    isPublic: documented.security?.length === 0,
    pathParameters: parameters.filter((one) => one.in === 'path').map(({ name }) => name),
    queryParameters: parameters.filter((one) => one.in === 'query'),
    bodySchema: json ? resolved(document, json.schema) : null,
    examples: json ? examplesIn(json) : [],
    acceptsFile: 'text/csv' in content,
  };
}

function examplesIn({ example, examples = {} }: Content): [string, unknown][] {
  const named = Object.entries(examples).map(([name, { value }]): [string, unknown] => [name, value]);
  return example === undefined ? named : [['example', example], ...named];
}

function writtenOut(document: Document, given: Parameter | Reference): Parameter {
  const parameter = '$ref' in given ? document.components.parameters[given.$ref.split('/').at(-1)!]! : given;
  return { ...parameter, schema: resolved(document, parameter.schema) };
}

/** Follows the references of a schema, so that a reader needs no document. */
function resolved(document: Document, schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1);
  if (name !== undefined) return resolved(document, document.components.schemas[name] ?? {});
  const { allOf = [], ...own } = schema;
  const whole = Object.assign({}, ...allOf.map((part) => resolved(document, part)), own) as Schema;
  return {
    ...whole,
    ...(whole.items && { items: resolved(document, whole.items) }),
    ...(whole.properties && {
      properties: Object.fromEntries(
        Object.entries(whole.properties).map(([key, one]) => [key, resolved(document, one)]),
      ),
    }),
  };
}

/** A value that the schema's own examples make up. */
export function exampleOf(schema: Schema): unknown {
  const example = schema.example ?? schema.examples?.[0];
  if (example !== undefined) return example;
  if (schema.properties) {
    return Object.fromEntries(Object.entries(schema.properties).map(([key, one]) => [key, exampleOf(one)]));
  }
  if (schema.type === 'array') return schema.items ? [exampleOf(schema.items)] : [];
  return schema.enum?.[0] ?? null;
}

/** A path with ids in it. */
export function pathWith({ path }: Pick<Operation, 'path'>, ids: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[name] ?? name));
}

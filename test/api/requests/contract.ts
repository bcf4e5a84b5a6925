import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { operationsOf, type Document, type Operation, type Schema } from '../../security/operations.js';

/** The OpenAPI document as something that requests and answers can be held against. */
export class Contract {
  readonly operations: readonly Operation[];
  private readonly ajv = new Ajv2020({ strict: false, validateFormats: true, allowUnionTypes: true });
  private readonly known = new Map<string, ValidateFunction>();

  constructor(private readonly document: Document) {
    addFormats.default(this.ajv);
    this.operations = operationsOf(document);
    this.ajv.addSchema({ $id: ROOT, components: mended(document.components) });
  }

  /** Explains why a value does not fit the schema; null: it fits. */
  complaint(schema: Schema, value: unknown): string | null {
    const validate = this.validator(schema);
    return validate(value) ? null : this.ajv.errorsText(validate.errors);
  }

  /** The schema without its outer references. */
  resolved(schema: Schema): Schema {
    const name = schema.$ref?.split('/').at(-1);
    return name === undefined ? schema : this.resolved(this.document.components.schemas[name] ?? {});
  }

  /** Schema of the JSON body that an operation takes, with its references; null: it takes none. */
  bodySchema(operation: Operation): Schema | null {
    return this.documented(operation).requestBody?.content['application/json']?.schema ?? null;
  }

  /** Schemas of an answer by its media type; undefined: the document has no such answer. */
  answer(operation: Operation, status: number): Readonly<Record<string, { readonly schema?: Schema }>> | undefined {
    const { responses } = this.documented(operation);
    const found = responses[status] ?? (status === TOO_MANY_REQUESTS ? responses['default'] : undefined);
    const name = found?.$ref?.split('/').at(-1);
    const answer = name === undefined ? found : this.sharedAnswers[name];
    return answer && (answer.content ?? {});
  }

  private get sharedAnswers(): Readonly<Record<string, DocumentedAnswer>> {
    const { responses = {} } = this.document.components as { responses?: Record<string, DocumentedAnswer> };
    return responses;
  }

  private documented({ path, method }: Operation): DocumentedAnswers {
    return this.document.paths[path]![method.toLowerCase()] as unknown as DocumentedAnswers;
  }

  private validator(schema: Schema): ValidateFunction {
    const key = JSON.stringify(schema);
    const validate = this.known.get(key) ?? this.ajv.compile(rooted(mended(schema)) as Schema);
    this.known.set(key, validate);
    return validate;
  }
}

const ROOT = 'outdial:openapi';

/** Each operation may answer so; the document says it once, as `default`. */
const TOO_MANY_REQUESTS = 429;

interface DocumentedAnswers {
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, DocumentedAnswer>>;
}

interface DocumentedAnswer {
  /** Reference to a response that several operations share. */
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

/** Takes a reference that leads nowhere for a schema that allows all: test/api/openapi.test.ts is to find it. */
function mended<T>(node: T): T {
  return mapped(node, (ref) => (ref.endsWith('/') ? null : ref)) as T;
}

function rooted(node: unknown): unknown {
  return mapped(node, (ref) => (ref.startsWith('#') ? `${ROOT}${ref}` : ref));
}

function mapped(node: unknown, change: (ref: string) => string | null): unknown {
  if (Array.isArray(node)) return node.map((one) => mapped(one, change));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).flatMap(([key, value]) => {
      if (key !== '$ref' || typeof value !== 'string') return [[key, mapped(value, change)]];
      const ref = change(value);
      return ref === null ? [] : [[key, ref]];
    }),
  );
}

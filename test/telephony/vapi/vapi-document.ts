import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '#config/process-environment.js';

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

interface Operation {
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
}

export interface VapiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<'get', Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/**
 * Vapi's OpenAPI document is not ours to hand on: it is fern/apis/api/openapi.json of the repository
 * github.com/VapiAI/docs.
 */
const DOCUMENT_FILE =
  childEnvironment({})['OUTDIAL_VAPI_SPEC'] ??
  fileURLToPath(new URL('../../../../shared/specs/vapi-openapi.json', import.meta.url));

export const HAS_VAPI_DOCUMENT = existsSync(DOCUMENT_FILE);
export const WITHOUT_VAPI_DOCUMENT = `Vapi's OpenAPI document is not at ${DOCUMENT_FILE}: set OUTDIAL_VAPI_SPEC`;

let read: VapiDocument | undefined;

/** The document is large: it is read once in a process. */
export function vapiDocument(): VapiDocument {
  return (read ??= JSON.parse(readFileSync(DOCUMENT_FILE, 'utf8'), tidied) as VapiDocument);
}

type Loose = Record<string, unknown>;

/**
 * Mends mistakes of the generator, so that ajv can use the document. Some enums are empty or stand beside the wrong
 * type. Of some variants several fit where one is asked for.
 */
function tidied(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { discriminator: _discriminator, oneOf, ...schema } = value as Loose;
  if (Array.isArray(oneOf)) schema['anyOf'] ??= oneOf;
  const { enum: words, type } = schema;
  if (!Array.isArray(words)) return schema;
  if (words.length === 0 || type === 'array') delete schema['enum'];
  if (type === 'array') schema['items'] = { ...(schema['items'] as Loose | undefined), enum: words };
  if (type === 'object') delete schema['type'];
  return schema;
}

import type { OpenAPIObject } from '@nestjs/swagger';

type PathItem = OpenAPIObject['paths'][string];
type Method = 'get' | 'put' | 'post' | 'delete' | 'patch';

export type Operation = NonNullable<PathItem[Method]>;
export type Response = Extract<Operation['responses'][string], { description: string }>;
export type Parameter = Extract<NonNullable<Operation['parameters']>[number], { name: string }>;
export type Schema = NonNullable<Parameter['schema']>;
export type SchemaObject = Exclude<Schema, { $ref: string }>;

const METHODS: readonly Method[] = ['get', 'put', 'post', 'delete', 'patch'];

/** Finds the operations of a document, in its order. */
export function operationsOf({ paths }: OpenAPIObject): Operation[] {
  return Object.values(paths).flatMap((path) => METHODS.flatMap((method) => path[method] ?? []));
}

/** Finds the parameters of an operation that are written out there. */
export function parametersOf({ parameters = [] }: Operation): Parameter[] {
  return parameters.filter((one): one is Parameter => 'name' in one);
}

/** Follows references to schemas of the document. */
export function resolved(document: OpenAPIObject, schema: Schema): SchemaObject {
  if (!('$ref' in schema)) return schema;
  return resolved(document, document.components?.schemas?.[schema.$ref.split('/').at(-1)!] ?? {});
}

/** Writes `campaign_not_found` as `CampaignNotFound`. */
export function pascalCase(words: string): string {
  return words
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

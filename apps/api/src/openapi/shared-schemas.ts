import type { OpenAPIObject } from '@nestjs/swagger';
import { operationsOf, parametersOf, pascalCase, type Schema, type SchemaObject } from './operations.js';

/** Least characters of a shared schema. A shorter one costs less than a reference to it. */
const WORTH_SHARING = 90;

/** Position of a schema in the document. */
interface Place {
  readonly name: string;
  readonly schema: Schema;
  readonly replace: (schema: Schema) => void;
}

/** Writes fields that are the same in several bodies and answers once; the document would be twice as large. */
export function shareSchemas(document: OpenAPIObject): void {
  const schemas = (document.components?.schemas ?? {}) as Record<string, SchemaObject>;
  const findPlaces = () => [...Object.values(schemas).flatMap(fieldsOf), ...parameterSchemas(document)];
  shareChoices(schemas, findPlaces());
  const alike = new Map<string, Place[]>();
  for (const place of findPlaces()) {
    const text = JSON.stringify(place.schema);
    if (text.length >= WORTH_SHARING) alike.set(text, [...(alike.get(text) ?? []), place]);
  }
  for (const same of alike.values()) {
    if (same.length === 1) continue;
    const name = freeName(schemas, pascalCase(same[0]!.name));
    schemas[name] = same[0]!.schema as SchemaObject;
    for (const { replace } of same) replace({ $ref: `#/components/schemas/${name}` });
  }
}

/** Writes long lists of values once if several fields accept them, whatever their descriptions and examples. */
function shareChoices(schemas: Record<string, SchemaObject>, places: readonly Place[]): void {
  const alike = new Map<string, Place[]>();
  for (const place of places.flatMap(withItems)) {
    if (!('enum' in place.schema)) continue;
    const text = JSON.stringify([place.schema.type, place.schema.enum]);
    if (text.length >= WORTH_SHARING) alike.set(text, [...(alike.get(text) ?? []), place]);
  }
  for (const same of alike.values()) {
    if (same.length === 1) continue;
    const name = freeName(schemas, pascalCase(same[0]!.name));
    const { type, enum: choices } = same[0]!.schema as SchemaObject;
    for (const { schema, replace } of same) {
      const { type: _type, enum: _enum, ...rest } = schema as SchemaObject;
      replace({ $ref: `#/components/schemas/${name}`, ...rest });
    }
    schemas[name] = { type, enum: choices };
  }
}

/** A field, or the items of one that is a list. */
function withItems(place: Place): Place[] {
  const { name, schema } = place;
  if ('$ref' in schema || !schema.items) return [place];
  return [{ name, schema: schema.items, replace: (shared) => (schema.items = shared) }];
}

function fieldsOf({ properties = {} }: SchemaObject): Place[] {
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    schema,
    replace: (shared) => (properties[name] = shared),
  }));
}

function parameterSchemas(document: OpenAPIObject): Place[] {
  return operationsOf(document)
    .flatMap(parametersOf)
    .flatMap((parameter) => {
      const { name, schema } = parameter;
      return schema ? [{ name, schema, replace: (shared: Schema) => (parameter.schema = shared) }] : [];
    });
}

function freeName(used: object, name: string, n = 2): string {
  if (!(name in used)) return name;
  return `${name}${n}` in used ? freeName(used, name, n + 1) : `${name}${n}`;
}

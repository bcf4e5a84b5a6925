import type { OpenAPIObject } from '@nestjs/swagger';
import type { SchemaObject } from './operations.js';

/** Least characters that a shared base saves. A smaller saving is not worth the reference. */
const WORTH_SHARING = 1_000;

/**
 * Describes an object that has all fields of another schema by that schema and the fields added. A campaign by its id
 * is a listed campaign that always has its prompt.
 */
export function shareBases(document: OpenAPIObject): void {
  const schemas = (document.components?.schemas ?? {}) as Record<string, SchemaObject>;
  const isUsed = new Set<string>();
  for (const [name, schema] of Object.entries(schemas)) {
    const base = baseOf(name, schemas);
    if (base === undefined || isUsed.has(name)) continue;
    isUsed.add(base);
    schemas[name] = { allOf: [{ $ref: `#/components/schemas/${base}` }, beyond(schemas[base]!, schema)] };
  }
}

/** The largest of the schemas whose fields are all among those of `name`. */
function baseOf(name: string, schemas: Readonly<Record<string, SchemaObject>>): string | undefined {
  const bases = Object.keys(schemas).filter((other) => other !== name && isWithin(schemas[other]!, schemas[name]!));
  return bases.toSorted((a, b) => sizeOf(schemas[b]!) - sizeOf(schemas[a]!))[0];
}

function isWithin(base: SchemaObject, whole: SchemaObject): boolean {
  if (sizeOf(base) < WORTH_SHARING || sizeOf(base) > sizeOf(whole)) return false;
  const isThere = ([field, schema]: [string, unknown]) => {
    return JSON.stringify(whole.properties?.[field]) === JSON.stringify(schema);
  };
  const isRequired = (field: string) => whole.required?.includes(field) ?? false;
  return Object.entries(base.properties ?? {}).every(isThere) && (base.required ?? []).every(isRequired);
}

function sizeOf({ properties = {} }: SchemaObject): number {
  return JSON.stringify(properties).length;
}

function beyond(base: SchemaObject, { properties = {}, required = [], ...rest }: SchemaObject): SchemaObject {
  const own = Object.entries(properties).filter(([field]) => !(field in (base.properties ?? {})));
  const ownRequired = required.filter((field) => !base.required?.includes(field));
  return {
    ...rest,
    ...(own.length > 0 ? { properties: Object.fromEntries(own) } : {}),
    ...(ownRequired.length > 0 ? { required: ownRequired } : {}),
  };
}

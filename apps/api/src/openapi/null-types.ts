/**
 * Converts `nullable` of OpenAPI 3.0, which Nest writes, to JSON Schema types of OpenAPI 3.1. `{type: 'string',
 * nullable: true}` becomes `{type: ['string', 'null']}`.
 */
export function withNullTypes(node: unknown): unknown {
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

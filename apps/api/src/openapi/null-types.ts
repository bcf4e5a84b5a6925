/**
 * Writes what Nest says in the words of OpenAPI 3.0 in those of 3.1, which speaks JSON Schema and has no `nullable`:
 * `{type: 'string', nullable: true}` becomes `{type: ['string', 'null']}`.
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

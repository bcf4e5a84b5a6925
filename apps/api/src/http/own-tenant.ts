/**
 * Drops the client's own `tenant_id`, also from elements of a list in the body. Clients of the former backend had to
 * send it. Another tenant's stays, and is rejected like every unknown field. Nothing is dropped in nested objects:
 * custom fields may have any name.
 */
export function withoutOwnTenant(body: unknown, tenantId: string): unknown {
  if (!isObject(body)) return body;
  return Object.fromEntries(
    Object.entries(dropped(body, tenantId)).map(([field, value]) => [
      field,
      Array.isArray(value) ? value.map((one: unknown) => (isObject(one) ? dropped(one, tenantId) : one)) : value,
    ]),
  );
}

function dropped(given: Fields, tenantId: string): Fields {
  if (!Object.hasOwn(given, 'tenant_id')) return given;
  const { tenant_id: named, ...rest } = given;
  return named === tenantId ? rest : given;
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

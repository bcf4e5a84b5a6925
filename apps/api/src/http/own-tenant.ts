import { InvalidFields, type FieldError } from '#rules/refusal.js';

const MESSAGE = 'is not your tenant: leave it out, the token says whose this is';

/**
 * Drops the caller's own `tenant_id`, which clients of the backend before had to send; also from elements of a list in
 * the body. Nothing is dropped further in: custom fields may have any name.
 * @throws InvalidFields for another's.
 */
export function withoutOwnTenant(body: unknown, tenantId: string): unknown {
  if (!isObject(body)) return body;
  const errors: FieldError[] = [];
  const rest = dropped(body, tenantId, () => errors.push({ field: 'tenant_id', message: MESSAGE }));
  if (errors.length > 0) throw new InvalidFields(errors);
  return Object.fromEntries(
    Object.entries(rest).map(([field, value]) => [field, Array.isArray(value) ? elements(value, tenantId) : value]),
  );
}

/** Leaves another's tenant in an element, which is judged by itself. */
function elements(list: readonly unknown[], tenantId: string): unknown[] {
  return list.map((one) => (isObject(one) ? dropped(one, tenantId, () => undefined) : one));
}

function dropped(given: Fields, tenantId: string, complain: () => void): Fields {
  if (!Object.hasOwn(given, 'tenant_id')) return given;
  const { tenant_id: named, ...rest } = given;
  if (named === tenantId) return rest;
  complain();
  return given;
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

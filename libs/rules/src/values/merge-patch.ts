type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Merges a JSON patch into a JSON object (RFC 7396). A member that is null is removed, and objects are merged. Anything
 * else, lists included, is replaced as a whole.
 * @param target is not changed; anything but an object counts as an empty one.
 * @param patch may be an instance of a class, whose undefined members count as left out.
 */
export function mergePatch(target: unknown, patch: object): Record<string, unknown> {
  const merged = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [name, value] of Object.entries(patch) as [string, unknown][]) {
    if (value === null) merged.delete(name);
    else if (value !== undefined) merged.set(name, isObject(value) ? mergePatch(merged.get(name), value) : value);
  }
  return Object.fromEntries(merged);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Text that has been checked. The mark is the compiler's alone: a text that is none stays a text. */
type Uuid = string & { readonly isUuid: true };

/** Checks a text that a client, a provider or an operator gives as an id. */
export function isUuid(value: unknown): value is Uuid {
  return typeof value === 'string' && UUID.test(value);
}

import { InvalidFields } from '#rules/errors/domain-error.js';
import { mergePatch } from '#rules/values/merge-patch.js';
import { fieldsPipe } from './fields-pipe.js';

/** Description of a field that is an object, in the body of a PATCH. */
export const MERGED = 'Merged into what there is (RFC 7396): what is left out stays; lists are replaced as a whole.';

interface Patched<T> {
  /** The field's name. */
  readonly field: string;
  /** Class of the whole, with its checks. */
  readonly type: new () => T;
  /** The object that is stored; null: none. */
  readonly present: object | null;
  readonly patch: object;
}

const pipe = fieldsPipe();

/**
 * Merges a patch into an object that is one field of a body. Checks the result as if the client had sent it. Called
 * under the lock of the object's row: patches that are sent at once are merged one after the other.
 * @throws InvalidFields
 */
export async function merged<T extends object>({ field, type, present, patch }: Patched<T>): Promise<T> {
  try {
    return (await pipe.transform(mergePatch(present, patch), { type: 'body', metatype: type })) as T;
  } catch (error) {
    if (!(error instanceof InvalidFields)) throw error;
    throw new InvalidFields(error.errors.map((wrong) => ({ ...wrong, field: `${field}.${wrong.field}` })));
  }
}

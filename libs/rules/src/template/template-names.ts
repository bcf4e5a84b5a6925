import { fieldSlug } from './field-slug.js';

/** Values about the called person that a prompt may contain; null if unknown. */
export interface Person {
  readonly phone_number: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly email: string | null;
  readonly custom_fields: Readonly<Record<string, unknown>>;
}

type PersonText = Exclude<keyof Person, 'custom_fields'>;

/** Variables that every contact has, with the columns of their values; one blank separates two values. */
export const BUILT_IN_VARIABLES = {
  first_name: ['first_name'],
  last_name: ['last_name'],
  full_name: ['first_name', 'last_name'],
  name: ['first_name', 'last_name'],
  phone_number: ['phone_number'],
  email: ['email'],
} as const satisfies Record<string, readonly PersonText[]>;

export type BuiltInVariable = keyof typeof BUILT_IN_VARIABLES;

const CUSTOM = 'custom_fields.';

/** Meaning of a variable's name. */
export interface NamedVariable {
  /** Null for a custom field alone. */
  readonly builtIn: BuiltInVariable | null;
  /** Name, path or slug of the custom field. */
  readonly custom: string;
  /** True if it is written as `custom_fields.…`. */
  readonly isExplicit: boolean;
}

/** Reads the name of a variable. A built-in name wins over the custom field of the same name. */
export function namedVariable(name: string): NamedVariable {
  if (name.startsWith(CUSTOM)) return { builtIn: null, custom: name.slice(CUSTOM.length).trim(), isExplicit: true };
  const slug = fieldSlug(name);
  const builtIn = Object.hasOwn(BUILT_IN_VARIABLES, slug) ? (slug as BuiltInVariable) : null;
  return { builtIn, custom: name, isExplicit: false };
}

/** Column of an import, and the variable for its values. */
export interface ColumnVariable {
  readonly name: string;
  /** Name between the braces; null if no variable can name this column. */
  readonly variable: string | null;
}

/**
 * Names the variable of each custom field by its slug. It is `custom_fields.` and the full name if the slug is empty,
 * built in, or shared by several columns.
 */
export function columnVariables(columns: readonly string[]): ColumnVariable[] {
  const slugs = columns.map(fieldSlug);
  const counts = new Map<string, number>();
  for (const slug of slugs) counts.set(slug, (counts.get(slug) ?? 0) + 1);
  return columns.map((name, index) => {
    const slug = slugs[index]!;
    if (slug !== '' && counts.get(slug) === 1 && !Object.hasOwn(BUILT_IN_VARIABLES, slug))
      return { name, variable: slug };
    return { name, variable: isNameable(name) ? CUSTOM + name : null };
  });
}

const UNNAMEABLE = /[{}|\p{Cc}\u2028\u2029]/u;

/** True for a name that can stand between braces unchanged. */
function isNameable(name: string): boolean {
  return name !== '' && name === oneLine(name) && name.length <= LONGEST_NAME && !UNNAMEABLE.test(name);
}

/** Longest name of a variable; a longer one is read as no name. */
export const LONGEST_NAME = 300;

const BREAKS = /[\p{Cc}\p{Z}]+/gu;

/** Puts a text on one line: control characters and blanks become one blank. */
export function oneLine(text: string): string {
  return text.replace(BREAKS, ' ').trim();
}

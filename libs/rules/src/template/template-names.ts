import { fieldSlug } from './field-slug.js';

/** Values that a prompt may say of the person who is called; null: not known. */
export interface Person {
  readonly phone_number: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly email: string | null;
  readonly custom_fields: Readonly<Record<string, unknown>>;
}

type PersonText = Exclude<keyof Person, 'custom_fields'>;

/** Variables that every contact has: the columns whose values make them up, one blank between two. */
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

/** Reads what the name of a variable stands for. */
export interface NamedVariable {
  /** Null: a custom field alone. */
  readonly builtIn: BuiltInVariable | null;
  /** The custom field's name, or its path or slug. */
  readonly custom: string;
  /** Written as `custom_fields.…`. */
  readonly isExplicit: boolean;
}

/** Reads the name of a variable. A built-in name wins over the custom field of the same name. */
export function namedVariable(name: string): NamedVariable {
  if (name.startsWith(CUSTOM)) return { builtIn: null, custom: name.slice(CUSTOM.length).trim(), isExplicit: true };
  const slug = fieldSlug(name);
  const builtIn = Object.hasOwn(BUILT_IN_VARIABLES, slug) ? (slug as BuiltInVariable) : null;
  return { builtIn, custom: name, isExplicit: false };
}

/** A column of an import, and the variable that says what stands in it. */
export interface ColumnVariable {
  readonly name: string;
  /** Name between the braces; null: no variable can name this column. */
  readonly variable: string | null;
}

/**
 * Names the variable of each custom field: its slug, or `custom_fields.` and the full name where the slug is empty, is
 * a built-in name or belongs to several of the columns.
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

/** A name that stands between braces as it is. */
function isNameable(name: string): boolean {
  return name !== '' && name === oneLine(name) && name.length <= LONGEST_NAME && !UNNAMEABLE.test(name);
}

/** A longer name of a variable is read as no name at all. */
export const LONGEST_NAME = 300;

const BREAKS = /[\p{Cc}\p{Z}]+/gu;

/** Puts a text on one line: control characters and blanks become one blank. */
export function oneLine(text: string): string {
  return text.replace(BREAKS, ' ').trim();
}

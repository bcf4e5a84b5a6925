import { fieldSlug } from './field-slug.js';
import { BUILT_IN_VARIABLES, namedVariable, type Person } from './template-names.js';

/** Values inside one another beyond this are left out. */
const DEEPEST = 5;

const CONTROLS = /[\p{Cc}\u2028\u2029]/gu;

/**
 * Makes a value of a contact fit to be said: on one line, its braces as brackets, so that no template can stand in it.
 */
export function harmless(value: string): string {
  return value.replaceAll(CONTROLS, ' ').replaceAll('{', '(').replaceAll('}', ')').trim();
}

/** Values of one person, by the names of variables. Each name is looked up once, however often it is asked. */
export class PersonValues {
  private bySlug: ReadonlyMap<string, string> | null = null;
  private readonly found = new Map<string, string | null>();

  constructor(private readonly person: Person) {}

  /** Null: there is no value, or an empty one. */
  valueOf(name: string): string | null {
    const known = this.found.get(name);
    if (known !== undefined) return known;
    const value = this.lookUp(name);
    this.found.set(name, value);
    return value;
  }

  private lookUp(name: string): string | null {
    const { builtIn, custom } = namedVariable(name);
    return (builtIn && this.builtIn(builtIn)) ?? this.custom(custom);
  }

  private builtIn(name: keyof typeof BUILT_IN_VARIABLES): string | null {
    const texts = BUILT_IN_VARIABLES[name].flatMap((column) => said(this.person[column]) ?? []);
    return texts.length === 0 ? null : texts.join(' ');
  }

  /** The field of exactly this name comes first, then the path, then the slug. */
  private custom(name: string): string | null {
    if (name === '') return null;
    const { custom_fields: fields } = this.person;
    const path = name.includes('.') ? name.split('.').reduce<unknown>(step, fields) : undefined;
    return said(step(fields, name)) ?? said(path) ?? this.slugs.get(fieldSlug(name)) ?? null;
  }

  /** Picks the first by name that has a value, of several fields with one slug. */
  private get slugs(): ReadonlyMap<string, string> {
    if (this.bySlug) return this.bySlug;
    const found = new Map<string, string>();
    for (const name of Object.keys(this.person.custom_fields).sort()) {
      const slug = fieldSlug(name);
      const text = slug === '' || found.has(slug) ? null : said(this.person.custom_fields[name]);
      if (text !== null) found.set(slug, text);
    }
    this.bySlug = found;
    return found;
  }
}

/** Only what was sent with the contact, never what every object has. */
function step(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function said(value: unknown): string | null {
  const text = harmless(textOf(value, DEEPEST));
  return text === '' ? null : text;
}

/** A list as its values, an object as "name: value", one after the other: nobody can listen to JSON. */
function textOf(value: unknown, depth: number): string {
  if (value === undefined || value === null || depth === 0) return '';
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return JSON.stringify(value);
  const inner = (one: unknown) => textOf(one, depth - 1).trim();
  const texts = Array.isArray(value)
    ? value.map(inner)
    : Object.entries(value).map(([name, one]) => (inner(one) === '' ? '' : `${name}: ${inner(one)}`));
  return texts.filter((text) => text !== '').join(', ');
}

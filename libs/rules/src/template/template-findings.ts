import { fieldSlug } from './field-slug.js';
import { BUILT_IN_VARIABLES, namedVariable, type Person } from './template-names.js';
import { templateParts, type TemplatePart, type VariablePart } from './template-parts.js';
import { PersonValues } from './template-values.js';
import { TEMPLATE_FIELDS, type CampaignTexts, type TemplateField } from './template.js';

export const TEMPLATE_WARNINGS = ['unknown_variable', 'malformed_variable', 'not_a_variable'] as const;

/** Warning about a part of a campaign's texts that is probably not said as its author meant it. */
export interface TemplateWarning {
  readonly code: (typeof TEMPLATE_WARNINGS)[number];
  readonly field: TemplateField;
  /** Name of the variable; null if none can be read. */
  readonly variable: string | null;
  readonly message: string;
}

/** Variable of a text. */
export interface UsedVariable {
  readonly name: string;
  /** True if it occurs without a fallback. */
  readonly isBare: boolean;
}

type Texts = Partial<CampaignTexts>;

/** Limits of what is listed: more helps no reader, and a text of 100,000 characters could have 10,000 variables. */
export const MOST_VARIABLES = 100;
const MOST_WARNINGS = 100;

/** Lists the variables of a campaign's texts in order, each once; 100 at most. */
export function variablesIn(texts: Texts): UsedVariable[] {
  const found = new Map<string, boolean>();
  for (const { part } of partsIn(texts)) {
    if (part.kind !== 'variable' || part.name === '') continue;
    const isBare = found.get(part.name) || part.fallback === null;
    if (found.has(part.name) || found.size < MOST_VARIABLES) found.set(part.name, isBare);
  }
  return [...found].map(([name, isBare]) => ({ name, isBare }));
}

/** Lists the variables without a value for this person, those with a fallback included. */
export function missingFor(person: Person, texts: Texts): string[] {
  const values = new PersonValues(person);
  return variablesIn(texts).flatMap(({ name }) => (values.valueOf(name) === null ? name : []));
}

/** Custom fields that a campaign's contacts have. */
export class KnownFields {
  private readonly names: ReadonlySet<string>;
  private readonly bySlug = new Map<string, string[]>();

  /** Keeps the names of custom fields. @param hasContacts if false, explicitly named custom fields cannot be judged. */
  constructor(
    names: readonly string[],
    readonly hasContacts: boolean,
  ) {
    this.names = new Set(names);
    for (const name of names) {
      const slug = fieldSlug(name);
      if (slug !== '') this.bySlug.set(slug, [...(this.bySlug.get(slug) ?? []), name]);
    }
  }

  has(custom: string): boolean {
    return this.names.has(custom) || this.names.has(custom.split('.')[0]!) || this.bySlug.has(fieldSlug(custom));
  }

  /** Returns the paths at which the value of a variable may be in custom fields; 20 at most. */
  private pathsOf(custom: string): string[][] {
    const alike = (this.bySlug.get(fieldSlug(custom)) ?? []).filter((name) => name !== custom);
    const path = custom.includes('.') ? [custom.split('.')] : [];
    return [[custom], ...path, ...alike.map((name) => [name])].slice(0, MOST_PATHS);
  }

  /** Returns where the value of a variable is in a lead. */
  placesOf(name: string): { columns: readonly string[]; paths: string[][] } {
    const { builtIn, custom } = namedVariable(name);
    return { columns: builtIn === null ? [] : BUILT_IN_VARIABLES[builtIn], paths: this.pathsOf(custom) };
  }

  /** Finds a known name that is spelled almost like an unknown one. */
  closestTo(name: string): string | null {
    const slug = fieldSlug(name);
    const names = [...Object.keys(BUILT_IN_VARIABLES), ...this.bySlug.keys()];
    return names.find((known) => isAlmost(known, slug)) ?? null;
  }
}

const MOST_PATHS = 20;

/** Lists names that are neither built in nor a custom field of any known contact. */
export function unknownVariables(texts: Texts, known: KnownFields): string[] {
  return variablesIn(texts).flatMap(({ name }) => (isUnknown(name, known) ? name : []));
}

function isUnknown(name: string, known: KnownFields): boolean {
  const { builtIn, custom, isExplicit } = namedVariable(name);
  if (builtIn !== null || known.has(custom)) return false;
  return known.hasContacts || !isExplicit;
}

/** Returns warnings about parts of a campaign's texts that are probably not said as they were meant; 100 at most. */
export function templateWarnings(texts: Texts, known: KnownFields): TemplateWarning[] {
  const unknown = new Set(unknownVariables(texts, known));
  const judged = new Set<string>();
  const found = new Map<string, TemplateWarning>();
  for (const { field, part } of partsIn(texts)) {
    const key = `${field} ${JSON.stringify(part)}`;
    if (judged.has(key)) continue;
    judged.add(key);
    for (const warning of warningsOf(part, { field, known, unknown }))
      found.set(`${field} ${warning.message}`, warning);
    if (found.size >= MOST_WARNINGS) break;
  }
  return [...found.values()].slice(0, MOST_WARNINGS);
}

interface Judging {
  readonly field: TemplateField;
  readonly known: KnownFields;
  readonly unknown: ReadonlySet<string>;
}

function warningsOf(part: TemplatePart, judging: Judging): TemplateWarning[] {
  switch (part.kind) {
    case 'text':
      return otherForms(part.text, judging);
    case 'odd':
      return [malformed(part.source, null, judging.field)];
    case 'variable':
      return [
        ...(part.isWellFormed ? [] : [malformed(part.source, part, judging.field)]),
        ...(judging.unknown.has(part.name) ? [unknownOne(part.name, judging)] : []),
      ];
    case 'open':
    case 'close':
      return TEMPLATE_FIELDS[judging.field] === 'prompt' ? [] : [malformed('{ }', null, judging.field)];
  }
}

function malformed(source: string, variable: VariablePart | null, field: TemplateField): TemplateWarning {
  const shown = source.length > LONGEST_SHOWN ? `${source.slice(0, LONGEST_SHOWN).toWellFormed()} …` : source;
  const read = variable?.name ? `is read as {{${variable.name}}}: write it so` : 'is left out: remove it';
  const message = `\`${shown}\` is no variable in double braces and ${read}`;
  return { code: 'malformed_variable', field, variable: variable?.name || null, message };
}

const LONGEST_SHOWN = 60;

function unknownOne(name: string, { field, known }: Judging): TemplateWarning {
  const close = known.closestTo(name);
  const remedy =
    close === null ? `built-in names are ${Object.keys(BUILT_IN_VARIABLES).join(', ')}` : `did you mean {{${close}}}?`;
  const message =
    `\`${name}\` is no built-in name, and no contact has a custom field of that name: it is left out, or its ` +
    `fallback is said. Import a column of that name, or correct it; ${remedy}`;
  return { code: 'unknown_variable', field, variable: name, message };
}

/** Forms in which other programs write variables: `%first_name%`, `[First name]`, `<plan>`. */
const OTHER_FORM = /[%[<]([\p{L}_][\p{L}_ ]{2,30})[%\]>]/gu;

function otherForms(text: string, { field, known }: Judging): TemplateWarning[] {
  return [...text.matchAll(OTHER_FORM)].flatMap(([source, name]) => {
    const { builtIn, custom } = namedVariable(name!.trim());
    if (builtIn === null && !known.has(custom)) return [];
    const message = `\`${source}\` is said as it is written: for the contact's value write {{${name!.trim()}}}`;
    return [{ code: 'not_a_variable', field, variable: name!.trim(), message } as const];
  });
}

function* partsIn(texts: Texts): Generator<{ field: TemplateField; part: TemplatePart }> {
  for (const field of Object.keys(TEMPLATE_FIELDS) as TemplateField[]) {
    for (const part of templateParts(texts[field] ?? '')) yield { field, part };
  }
}

const MOST_LETTERS = 40;

/** True if one letter is wrong, missing, too many or swapped with the next. */
function isAlmost(known: string, name: string): boolean {
  if (name.length < 3 || name.length > MOST_LETTERS || Math.abs(known.length - name.length) > 1) return false;
  let same = 0;
  while (same < name.length && known[same] === name[same]) same++;
  const [left, right] = [known.slice(same), name.slice(same)];
  if (left.slice(1) === right.slice(1) || left.slice(1) === right || left === right.slice(1)) return true;
  return left[0] === right[1] && left[1] === right[0] && left.slice(2) === right.slice(2);
}

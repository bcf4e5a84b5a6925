import { fieldSlug } from './field-slug.js';
import { BUILT_IN_VARIABLES, namedVariable, type Person } from './template-names.js';
import { templateParts, type TemplatePart, type VariablePart } from './template-parts.js';
import { PersonValues } from './template-values.js';
import { TEMPLATE_FIELDS, type CampaignTexts, type TemplateField } from './template.js';

export const TEMPLATE_WARNINGS = ['unknown_variable', 'malformed_variable', 'not_a_variable'] as const;

/** Something in a campaign's texts that will not be said as its author may have meant it. */
export interface TemplateWarning {
  readonly code: (typeof TEMPLATE_WARNINGS)[number];
  readonly field: TemplateField;
  /** Null: no name can be read there. */
  readonly variable: string | null;
  readonly message: string;
}

/** A variable of a text. */
export interface UsedVariable {
  readonly name: string;
  /** Somewhere it stands without a fallback. */
  readonly isBare: boolean;
}

type Texts = Partial<CampaignTexts>;

/** More of either helps no reader, and a text of 100,000 characters could ask for 10,000. */
export const MOST_VARIABLES = 100;
const MOST_WARNINGS = 100;

/** Lists the variables of a campaign's texts in their order, each once; 100 at most. */
export function variablesIn(texts: Texts): UsedVariable[] {
  const found = new Map<string, boolean>();
  for (const { part } of partsIn(texts)) {
    if (part.kind !== 'variable' || part.name === '') continue;
    const isBare = found.get(part.name) || part.fallback === null;
    if (found.has(part.name) || found.size < MOST_VARIABLES) found.set(part.name, isBare);
  }
  return [...found].map(([name, isBare]) => ({ name, isBare }));
}

/** Names of the variables of which nothing is known for this person, those with a fallback among them. */
export function missingFor(person: Person, texts: Texts): string[] {
  const values = new PersonValues(person);
  return variablesIn(texts).flatMap(({ name }) => (values.valueOf(name) === null ? name : []));
}

/** Custom fields that a campaign's contacts have. */
export class KnownFields {
  private readonly names: ReadonlySet<string>;
  private readonly bySlug = new Map<string, string[]>();

  /** @param hasContacts without one, a custom field that is named as such cannot be judged. */
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

  /** Paths at which the value of a variable may stand in custom fields; 20 at most. */
  private pathsOf(custom: string): string[][] {
    const alike = (this.bySlug.get(fieldSlug(custom)) ?? []).filter((name) => name !== custom);
    const path = custom.includes('.') ? [custom.split('.')] : [];
    return [[custom], ...path, ...alike.map((name) => [name])].slice(0, MOST_PATHS);
  }

  /** Says where the value of a variable stands in a lead. */
  placesOf(name: string): { columns: readonly string[]; paths: string[][] } {
    const { builtIn, custom } = namedVariable(name);
    return { columns: builtIn === null ? [] : BUILT_IN_VARIABLES[builtIn], paths: this.pathsOf(custom) };
  }

  /** Finds a name that is spelled almost like one that nobody knows. */
  closestTo(name: string): string | null {
    const slug = fieldSlug(name);
    const names = [...Object.keys(BUILT_IN_VARIABLES), ...this.bySlug.keys()];
    return names.find((known) => isAlmost(known, slug)) ?? null;
  }
}

const MOST_PATHS = 20;

/** Names that are neither built in nor a custom field of any known contact. */
export function unknownVariables(texts: Texts, known: KnownFields): string[] {
  return variablesIn(texts).flatMap(({ name }) => (isUnknown(name, known) ? name : []));
}

function isUnknown(name: string, known: KnownFields): boolean {
  const { builtIn, custom, isExplicit } = namedVariable(name);
  if (builtIn !== null || known.has(custom)) return false;
  return known.hasContacts || !isExplicit;
}

/** Tells what in a campaign's texts will not be said as it was probably meant; 100 warnings at most. */
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

/** `%first_name%`, `[First name]`, `<plan>`: how other programs write variables. */
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

/** One letter is wrong, missing, too many or has changed places with the next. */
function isAlmost(known: string, name: string): boolean {
  if (name.length < 3 || name.length > MOST_LETTERS || Math.abs(known.length - name.length) > 1) return false;
  let same = 0;
  while (same < name.length && known[same] === name[same]) same++;
  const [left, right] = [known.slice(same), name.slice(same)];
  if (left.slice(1) === right.slice(1) || left.slice(1) === right || left === right.slice(1)) return true;
  return left[0] === right[1] && left[1] === right[0] && left.slice(2) === right.slice(2);
}

import { TemplateJoiner } from './template-joiner.js';
import type { Person } from './template-names.js';
import { templateParts, type TemplatePart } from './template-parts.js';
import { DATA_NOTICE, harmless, markedValue, PersonValues } from './template-values.js';

export type { Person } from './template-names.js';
export { harmless } from './template-values.js';

/** Use of a text: a listener hears no braces at all; a model may read JSON in single ones. */
export type TemplateUse = 'speech' | 'prompt';

/** Texts of a campaign that may have variables, and their use. A new one is added only here. */
export const TEMPLATE_FIELDS = {
  system_prompt: 'prompt',
  disclosure: 'speech',
  recording_notice: 'speech',
  first_message: 'speech',
} as const satisfies Record<string, TemplateUse>;

export type TemplateField = keyof typeof TEMPLATE_FIELDS;

/** Texts of one campaign as they are stored. */
export type CampaignTexts = Readonly<Record<TemplateField, string | null>>;

/**
 * Puts a person's values in place of a text's variables. Every stored text passes through here on its way to a
 * provider, a model or a listener. No variable and no pair of braces remains, and values are never read as templates.
 * In a prompt, values have marks around them, and a notice before them says that they are data. The time grows in
 * proportion to the text.
 */
export function rendered(text: string, person: Person, use: TemplateUse): string {
  return renderedFor(text, new PersonValues(person), use);
}

/** Renders those texts of a campaign that stand beside a person's values, each for its use. */
export function renderedTexts<Row extends Person & Partial<CampaignTexts>>(row: Row): RenderedTexts<Row> {
  const values = new PersonValues(row);
  const texts: Partial<Record<TemplateField, string | null>> = {};
  for (const [field, use] of Object.entries(TEMPLATE_FIELDS) as [TemplateField, TemplateUse][]) {
    const text = row[field];
    if (text !== undefined) texts[field] = text === null ? null : renderedFor(text, values, use);
  }
  return texts as RenderedTexts<Row>;
}

type RenderedTexts<Row> = {
  readonly [Field in TemplateField & keyof Row]: null extends Row[Field] ? string | null : string;
};

function renderedFor(text: string, values: PersonValues, use: TemplateUse): string {
  if (!BRACE.test(text)) return text;
  const joiner = new TemplateJoiner();
  const braces = use === 'prompt' ? new SingleBraces(joiner) : null;
  for (const part of templateParts(text)) add(part, { joiner, braces, values });
  const whole = joiner.joined(braces?.unclosed ?? new Set());
  return use === 'prompt' && joiner.hasValues ? `${DATA_NOTICE}\n\n${whole}` : whole;
}

const BRACE = /[{}]/;

interface Rendering {
  readonly joiner: TemplateJoiner;
  readonly braces: SingleBraces | null;
  readonly values: PersonValues;
}

function add(part: TemplatePart, { joiner, braces, values }: Rendering): void {
  switch (part.kind) {
    case 'text':
      return joiner.add(part.text);
    case 'open':
      return braces ? braces.open() : joiner.leaveOut();
    case 'close':
      return braces && braces.close(part.count) > 0 ? undefined : joiner.leaveOut();
    case 'odd':
      return joiner.leaveOut();
    case 'variable': {
      const value = values.valueOf(part.name);
      if (value !== null) return joiner.addValue(braces ? markedValue(value) : value);
      const fallback = harmless(part.fallback ?? '');
      return fallback === '' ? joiner.leaveOut() : joiner.addFallback(fallback);
    }
  }
}

/** Keeps single braces that belong together, as in JSON in a prompt, and never lets two of a kind touch. */
class SingleBraces {
  /** Numbers of the pieces with open braces. */
  private readonly opened: number[] = [];

  constructor(private readonly joiner: TemplateJoiner) {}

  open(): void {
    this.add('{');
    this.opened.push(this.joiner.length - 1);
  }

  /** Closes open braces and drops those that close nothing. @returns how many are kept. */
  close(count: number): number {
    const kept = Math.min(count, this.opened.length);
    this.opened.length -= kept;
    for (let n = 0; n < kept; n++) this.add('}');
    return kept;
  }

  get unclosed(): ReadonlySet<number> {
    return new Set(this.opened);
  }

  private add(brace: string): void {
    this.joiner.add(this.joiner.lastCharacter === brace ? ` ${brace}` : brace);
  }
}

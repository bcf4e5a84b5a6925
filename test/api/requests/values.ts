import type { RandomNumbers } from '#rules/values/seeded-random.js';
import type { Schema as BaseSchema } from '../../security/operations.js';
import type { Contract } from './contract.js';
import { STRANGE_NUMBERS, STRANGE_OBJECTS, STRANGE_TEXTS, STRANGE_TIMES } from './strange-values.js';

export interface Schema extends BaseSchema {
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** Values that no schema can describe, such as a number that may be called, by the name of their field. */
export type Hints = Readonly<Record<string, () => unknown>>;

const LONGEST_DRAWN = 60;
const LETTERS = [...'aeiou rstln ÄéßžşğИ中😀"\'\\%_<&;,{}|\t-'];

/** Draws values of schemas: good ones, ones that break the schema, and strange ones that keep it. */
export class Values {
  constructor(
    private readonly contract: Contract,
    private readonly random: RandomNumbers,
    private readonly hints: Hints,
  ) {}

  pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.random() * choices.length)]!;
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  between(min: number, max: number): number {
    return min + Math.floor(this.random() * (max - min + 1));
  }

  good(given: BaseSchema, name = ''): unknown {
    const schema = this.flat(given);
    if (schema.enum) return this.pick(schema.enum);
    if (isNullable(schema) && this.chance(0.1)) return null;
    const hint = this.hints[name];
    if (hint) return hint();
    if (schema.example !== undefined && schema.pattern) return schema.example;
    return this.ofType(schema, name);
  }

  private ofType(schema: Schema, name: string): unknown {
    switch (typeOf(schema)) {
      case 'object':
        return this.object(schema);
      case 'array':
        return this.list(schema, name);
      case 'boolean':
        return this.chance(0.5);
      case 'integer':
      case 'number':
        return this.number(schema);
      case 'string':
        return this.text(schema);
      default:
        return schema.example ?? null;
    }
  }

  /** A value that the schema forbids; undefined where it forbids none. */
  bad(given: BaseSchema): unknown {
    const choices = this.badValues(this.flat(given)).filter((value) => this.contract.complaint(given, value) !== null);
    return choices.length === 0 ? undefined : this.pick(choices);
  }

  /** Values that mean nothing, are out of all proportion, or fit no column. The schema may allow them. */
  strange(given: BaseSchema): readonly unknown[] {
    const schema = this.flat(given);
    const isTime = schema.format?.startsWith('date') ?? false;
    switch (typeOf(schema)) {
      case 'string':
        return isTime ? [...STRANGE_TIMES, ...STRANGE_TEXTS] : [...STRANGE_TEXTS, ...STRANGE_TIMES];
      case 'integer':
      case 'number':
        return STRANGE_NUMBERS;
      case 'object':
        return STRANGE_OBJECTS;
      case 'array':
        return [...STRANGE_TEXTS.map((text) => [text]), Array.from({ length: 50 }, () => null)];
      default:
        return [{}, [], null];
    }
  }

  private badValues(schema: Schema): unknown[] {
    const others = ['x', 12.5, true, [[{}]], { a: { b: [] } }, ...(isNullable(schema) ? [] : [null])];
    const texts = [
      'x'.repeat((schema.maxLength ?? 0) + 1),
      'x'.repeat(Math.max(0, (schema.minLength ?? 0) - 1)),
      'ß z',
    ];
    const numbers = [(schema.minimum ?? 0) - 1, (schema.maximum ?? 0) + 1, 0.5, 1e300];
    const item = schema.items ? this.good(schema.items) : 'x';
    const lists = [[], [item, item], Array.from({ length: (schema.maxItems ?? 0) + 1 }, () => item), [...others, item]];
    return [...others, ...texts, ...numbers, ...lists, ...this.badObjects(schema)];
  }

  private badObjects(schema: Schema): unknown[] {
    const fields = Object.entries(schema.properties ?? {});
    if (fields.length === 0) return [];
    const whole = this.object(schema, 0.3);
    const [name, field] = this.pick(fields);
    const wrong = this.bad(field);
    const without = schema.required?.map((one) => Object.fromEntries(entries(whole).filter(([key]) => key !== one)));
    return [...(without ?? []), ...(wrong === undefined ? [] : [{ ...whole, [name]: wrong }])];
  }

  object(given: BaseSchema, share = 0.5): Record<string, unknown> {
    const { properties = {}, required = [], additionalProperties } = this.flat(given);
    const named = Object.entries(properties)
      .filter(([name]) => required.includes(name) || this.chance(share))
      .map(([name, schema]) => [name, this.good(schema, name)] as const);
    const free = additionalProperties === true ? { plan: 'gold', seat: this.between(0, 99), 'Größe 😀': null } : {};
    return { ...free, ...Object.fromEntries(named) };
  }

  private list({ items = {}, minItems = 0, maxItems = 3, uniqueItems }: Schema, name: string): unknown[] {
    const length = this.between(minItems, Math.min(maxItems, minItems + 2));
    const drawn = Array.from({ length }, () => this.good(items, name));
    return uniqueItems ? [...new Map(drawn.map((one) => [JSON.stringify(one), one])).values()] : drawn;
  }

  private number({ minimum = 0, maximum = 1_000 }: Schema): number {
    return this.pick([minimum, maximum, this.between(minimum, maximum), this.between(minimum, minimum + 5)]);
  }

  private text({ format, minLength = 0, maxLength = LONGEST_DRAWN }: Schema): string {
    if (format === 'uuid') return crypto.randomUUID();
    if (format === 'date') return `2031-0${this.between(1, 9)}-1${this.between(0, 9)}`;
    if (format === 'date-time') return this.pick(['2031-05-06T07:08:09Z', '2032-02-29T23:59:59.999+05:45']);
    const length = this.chance(0.1) ? maxLength : this.between(minLength, Math.min(maxLength, LONGEST_DRAWN));
    const text = Array.from({ length }, () => this.pick(LETTERS)).join('');
    return [...text].slice(0, maxLength).join('');
  }

  /** Merges all parts of a schema into one, with one of its choices. */
  private flat(given: BaseSchema): Schema {
    const { allOf = [], anyOf = [], oneOf = [], ...own } = this.contract.resolved(given) as Schema;
    const choices = [...anyOf, ...oneOf];
    const isOrNull = choices.some(({ type }) => type === 'null');
    const chosen = choices.filter(({ type }) => type !== 'null');
    const parts = [...allOf, ...(chosen.length > 0 ? [this.pick(chosen)] : [])].map((one) => this.flat(one));
    const whole = Object.assign({}, ...parts, own) as Schema;
    return isOrNull ? { ...whole, type: [typeOf(whole), 'null'] as unknown as string } : whole;
  }
}

function entries(value: Record<string, unknown>): [string, unknown][] {
  return Object.entries(value);
}

function typeOf({ type, properties, enum: choices }: Schema): string | undefined {
  const types = [type ?? (properties ? 'object' : choices ? 'string' : undefined)].flat();
  return types.find((one) => one !== 'null');
}

function isNullable({ type }: Schema): boolean {
  return Array.isArray(type) && type.includes('null');
}

import { ANSWER_BOUNDS, parseBounded } from '#runtime/bounded-json.js';

/** JSON object of a foreign source. A field that is missing, or has another type, reads as undefined. */
export class JsonObject {
  private readonly fields: Readonly<Record<string, unknown>>;

  constructor(value: unknown) {
    this.fields = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  }

  /** Parses a text. A text that is no JSON object, or too large, gives an empty object. */
  static parse(text: string): JsonObject {
    try {
      return new JsonObject(parseBounded(text, ANSWER_BOUNDS));
    } catch {
      return new JsonObject(null);
    }
  }

  /** Returns an empty object for a missing field. */
  at(name: string): JsonObject {
    return new JsonObject(this.own(name));
  }

  list(name: string): readonly unknown[] {
    const value = this.own(name);
    return Array.isArray(value) ? value : [];
  }

  /** Returns undefined for an empty text. */
  text(name: string): string | undefined {
    const value = this.own(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  number(name: string): number | undefined {
    const value = this.own(name);
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  }

  has(name: string): boolean {
    return this.own(name) !== undefined;
  }

  get isEmpty(): boolean {
    return Object.keys(this.fields).length === 0;
  }

  /** Reads a boolean as models write it, who may ignore the schema. */
  saysYes(name: string): boolean {
    const value = this.own(name);
    return (
      value === true ||
      value === 1 ||
      (typeof value === 'string' && ['true', 'yes', '1'].includes(value.trim().toLowerCase()))
    );
  }

  /** Reads ISO 8601, or milliseconds since 1970. */
  time(name: string): Date | undefined {
    const time = new Date(this.text(name) ?? this.number(name) ?? Number.NaN);
    return Number.isNaN(time.getTime()) ? undefined : time;
  }

  private own(name: string): unknown {
    return Object.hasOwn(this.fields, name) ? this.fields[name] : undefined;
  }
}

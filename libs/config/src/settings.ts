/** One wrong or missing setting; the message says which, and what to set instead. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads single settings from an environment; an empty value counts as absent. */
export class Settings {
  constructor(private readonly env: Environment) {}

  text(name: string): string | null {
    const value = this.env[name]?.trim();
    return value ? value : null;
  }

  number(name: string, limits: { default: number; min: number; max: number; integer?: boolean }): number {
    const text = this.text(name);
    if (text === null) return limits.default;
    const value = Number(text);
    const isWhole = !limits.integer || Number.isInteger(value);
    if (Number.isFinite(value) && isWhole && value >= limits.min && value <= limits.max) return value;
    const kind = limits.integer ? 'a whole number' : 'a number';
    throw new ConfigurationError(`${name} must be ${kind} from ${limits.min} to ${limits.max}, not "${text}".`);
  }

  choice<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const text = this.text(name);
    if (text === null) return fallback;
    const match = choices.find((choice) => choice === text.toLowerCase());
    if (match) return match;
    throw new ConfigurationError(`${name} must be one of ${choices.join(', ')}, not "${text}".`);
  }

  /** A URL whose scheme is one of `schemes` (without the colon); the value itself is not echoed, it may hold a password. */
  url(name: string, schemes: readonly string[]): string | null {
    const text = this.text(name);
    if (text === null) return null;
    const scheme = URL.canParse(text) ? new URL(text).protocol.slice(0, -1) : '';
    if (schemes.includes(scheme)) return text;
    throw new ConfigurationError(
      `${name} must be a URL that begins with ${schemes.map((s) => `${s}://`).join(' or ')}.`,
    );
  }
}

import { readFileSync } from 'node:fs';

/** Wrong or missing setting. The message names it, and says what to set instead. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Returns the variable that names a file with the value, as container platforms mount secrets. */
export function fileVariableOf(name: string): string {
  return `${name}_FILE`;
}

/**
 * Reads single settings from an environment. An empty value counts as absent. `X_FILE` names a file with the value of
 * `X`.
 */
export class Settings {
  constructor(private readonly env: Environment) {}

  text(name: string): string | null {
    const value = this.env[name]?.trim() || null;
    const file = this.env[fileVariableOf(name)]?.trim();
    if (!file) return value;
    if (value !== null)
      throw new ConfigurationError(`${name} and ${fileVariableOf(name)} are both set: take one away.`);
    return contentOf(file, fileVariableOf(name));
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

  /**
   * Reads a URL whose scheme is one of `schemes` (without the colon). Messages do not repeat it: it may have a
   * password.
   */
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

function contentOf(file: string, variable: string): string {
  const text = readable(file, variable).trim();
  if (text !== '') return text;
  throw new ConfigurationError(`${variable} names a file that is empty: ${file}`);
}

function readable(file: string, variable: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigurationError(`${variable} names a file that cannot be read (${code}): ${file}`);
  }
}

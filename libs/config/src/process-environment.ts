import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { readConfig, type Config } from './config.js';
import { ConfigurationError, fileVariableOf, type Environment } from './settings.js';

/** `.env` of the working directory (if there is one) under the real environment. */
export function processEnvironment(): Environment {
  if (existsSync('.env')) loadEnvFile('.env');
  return process.env;
}

/** The configuration of this process. */
export function processConfig(): Config {
  return readConfig(processEnvironment());
}

/**
 * The environment for a child process: this one's, with `overrides` on top, also over what files would say (an empty
 * value is absent).
 */
export function childEnvironment(overrides: Record<string, string>): Record<string, string | undefined> {
  const files = Object.keys(overrides).map((name) => [fileVariableOf(name), '']);
  return { ...process.env, ...Object.fromEntries(files), ...overrides };
}

/**
 * A setting that this process cannot do without.
 * @throws ConfigurationError that says how to set it.
 */
export function required<T>(value: T | null, name: string, hint: string): T {
  if (value !== null) return value;
  throw new ConfigurationError(`${name} is not set: ${hint}`);
}

import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { readConfig, type Config } from './config.js';
import { ConfigurationError, fileVariableOf, type Environment } from './settings.js';

/** Returns the environment, completed by `.env` of the working directory if it exists. */
export function processEnvironment(): Environment {
  if (existsSync('.env')) loadEnvFile('.env');
  return process.env;
}

/** The configuration of this process. */
export function processConfig(): Config {
  return readConfig(processEnvironment());
}

/**
 * Returns the environment for a child process: this one's, with `overrides`. An override also replaces a setting from a
 * file. An empty value counts as absent.
 */
export function childEnvironment(overrides: Record<string, string>): Record<string, string | undefined> {
  const files = Object.keys(overrides).map((name) => [fileVariableOf(name), '']);
  return { ...process.env, ...Object.fromEntries(files), ...overrides };
}

/**
 * Returns a setting that this process needs.
 * @throws ConfigurationError that says how to set it.
 */
export function required<T>(value: T | null, name: string, hint: string): T {
  if (value !== null) return value;
  throw new ConfigurationError(`${name} is not set: ${hint}`);
}

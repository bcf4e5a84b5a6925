import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '#config/config.js';
import { APP_ROLE } from '#config/database-roles.js';

/** `NAME: value` of the file, with the last of each name: those of the service that migrates. */
function settingsIn(compose: string): Map<string, string> {
  const pairs = compose.matchAll(/^ +([A-Z_]+): (.*)$/gm);
  return new Map([...pairs].map(([, name = '', value = '']) => [name, value.replaceAll("'", '')]));
}

describe('docker-compose.yml', () => {
  let secrets: string;
  let compose: string;

  beforeAll(async () => {
    compose = await readFile('docker-compose.yml', 'utf8');
    secrets = await mkdtemp(join(tmpdir(), 'outdial secrets '));
    for (const name of ['database-password', 'postgres-password', 'auth-secret']) {
      await writeFile(join(secrets, name), `${name} of /?#@: that nobody guesses\n`);
    }
  });

  afterAll(() => rm(secrets, { recursive: true }));

  it('lets the processes in as a login that owns nothing, and only migrations as the owner', () => {
    const environment = Object.fromEntries(
      [...settingsIn(compose)].map(([name, value]) => [name, value.replace('/run/secrets', secrets)]),
    );
    const { databaseUrl, migrationDatabaseUrl, needsPlainLogin } = readConfig({
      ...environment,
      PUBLIC_URL: '',
      REDIS_URL: '',
    });
    expect(needsPlainLogin).toBe(true);
    expect(new URL(databaseUrl!).username).toBe(APP_ROLE);
    expect(decodeURIComponent(new URL(databaseUrl!).password)).toBe('database-password of /?#@: that nobody guesses');
    expect(new URL(migrationDatabaseUrl!).username).toBe('outdial');
    const services = compose.split(/^ {2}(?=\w+:$)/m);
    const knowing = services.filter((service) => service.includes('secrets: [postgres-password'));
    expect(knowing.map((service) => service.split(':')[0])).toEqual(['migrate', 'postgres']);
  });

  it('keeps what processes remember of the database in a volume of their user', async () => {
    expect(settingsIn(compose).get('OUTDIAL_DATA_DIR')).toBe('/data');
    const shared = compose.slice(0, compose.indexOf('\nservices:'));
    expect(shared).toContain("volumes: ['outdial-data:/data']");
    expect(compose.slice(compose.indexOf('\nvolumes:'))).toContain('outdial-data:');
    const image = await readFile('Dockerfile', 'utf8');
    expect(image).toMatch(/mkdir -m 700 \/data && chown node:node \/data\nUSER node/);
  });

  it('has secrets in files alone', () => {
    const plain = [...settingsIn(compose)].filter(([name, value]) => /PASSWORD$|SECRET$/.test(name) && value !== '');
    expect(plain).toEqual([]);
    expect(compose).not.toMatch(/\$\{[A-Z_]*(PASSWORD|SECRET)/);
    expect(compose).not.toMatch(/:\/\/[^\s/]*:[^\s/]*@/);
  });
});

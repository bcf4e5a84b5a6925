import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keptSecret, readSecret } from './kept-secret.js';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'outdial-secret-'));
});

afterEach(() => rm(dir, { recursive: true }));

describe('keptSecret', () => {
  it('makes 48 URL-safe characters that only the owner may read', async () => {
    const path = join(dir, 'secret');
    expect(await keptSecret(path)).toMatch(/^[\w-]{48}$/);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('hands out the same one ever after', async () => {
    const path = join(dir, 'secret');
    const first = await keptSecret(path);
    expect(await keptSecret(path)).toBe(first);
    expect(await readSecret(path)).toBe(first);
  });

  it('is one secret for all who ask at once', async () => {
    const path = join(dir, 'secret');
    const secrets = await Promise.all(Array.from({ length: 20 }, () => keptSecret(path)));
    expect(new Set(secrets).size).toBe(1);
    expect(await readdir(dir)).toEqual(['secret']);
  });

  it('differs from place to place', async () => {
    expect(await keptSecret(join(dir, 'one'))).not.toBe(await keptSecret(join(dir, 'two')));
  });

  it('does not take a file in the way for a secret', async () => {
    await writeFile(join(dir, 'file'), '');
    await expect(keptSecret(join(dir, 'file', 'secret'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});

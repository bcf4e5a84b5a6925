import { chmod, lstat, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendLink, type KeptLink } from './link-file.js';

const LINK: KeptLink = {
  at: new Date(0),
  purpose: 'invitation',
  email: 'ada@example.com',
  expires_at: new Date(1),
  link: 'http://127.0.0.1:3000/docs#purpose=invitation&token=ot_x',
};

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'outdial links '));
  path = join(directory, 'links.log');
});

afterEach(() => rm(directory, { recursive: true }));

async function modeOf(file: string): Promise<string> {
  return ((await stat(file)).mode & 0o777).toString(8);
}

describe('appendLink', () => {
  it.each([0, 0o022])(
    'writes one line of JSON a link, which its owner alone can read, with umask %i',
    async (umask) => {
      const before = process.umask(umask);
      await Promise.all([appendLink(path, LINK), appendLink(path, LINK)]).finally(() => process.umask(before));
      const lines = (await readFile(path, 'utf8')).trim().split('\n');
      expect(lines.map((line) => JSON.parse(line) as object)).toEqual(
        [LINK, LINK].map((link) => JSON.parse(JSON.stringify(link)) as object),
      );
      expect(await modeOf(path)).toBe('600');
    },
  );

  it('closes a file that is open to others before it writes', async () => {
    await writeFile(path, '');
    await chmod(path, 0o666);
    await appendLink(path, LINK);
    expect(await modeOf(path)).toBe('600');
  });

  it('keeps one file before the present one, so that they do not grow for ever', async () => {
    for (let links = 0; links < 50; links++) await appendLink(path, LINK, 1_000);
    expect((await stat(path)).size).toBeLessThan(1_500);
    expect((await stat(`${path}.1`)).size).toBeLessThan(1_500);
    expect(await modeOf(`${path}.1`)).toBe('600');
  });

  it('follows no link to a file of somebody else', async () => {
    await writeFile(join(directory, 'theirs'), '');
    await symlink(join(directory, 'theirs'), path);
    await expect(appendLink(path, LINK)).rejects.toThrow(`${path} cannot be written (ELOOP)`);
    expect(await readFile(join(directory, 'theirs'), 'utf8')).toBe('');
    expect((await lstat(path)).isSymbolicLink()).toBe(true);
  });

  it('makes no directory, and does not repeat the link in what it says', async () => {
    const nowhere = join(directory, 'missing', 'links.log');
    const error = await appendLink(nowhere, LINK).catch((reason: unknown) => String(reason));
    expect(error).toContain(`${nowhere} cannot be written (ENOENT)`);
    expect(error).not.toContain('ot_');
  });
});

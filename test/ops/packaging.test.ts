import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

interface Manifest {
  readonly scarfSettings?: { readonly enabled: boolean };
  readonly scripts: Readonly<Record<string, string>>;
}

const read = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as Manifest;

describe('What is installed', () => {
  it('reports nothing of its installation', async () => {
    expect((await read('package.json')).scarfSettings).toEqual({ enabled: false });
  });

  it('has a notice for data under terms of its own, as the package states them', async () => {
    expect(await readFile('node_modules/date-holidays/LICENSE', 'utf8')).toContain('CC BY-SA 3.0');
    expect(await readFile('NOTICE.md', 'utf8')).toMatch(/`date-holidays`.*CC BY-SA 3\.0/);
  });

  it('can be listed as a bill of materials', async () => {
    const { sbom } = (await read('package.json')).scripts;
    expect(sbom).toMatch(/^npm sbom /);
    const { stdout } = await promisify(execFile)('sh', ['-c', sbom ?? ''], { maxBuffer: 64 * 1024 * 1024 });
    const { bomFormat, components } = JSON.parse(stdout) as { bomFormat: string; components: { name: string }[] };
    expect(bomFormat).toBe('CycloneDX');
    expect(components.map(({ name }) => name)).toContain('fastify');
    expect(components.map(({ name }) => name)).not.toContain('vitest');
  });
});

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const DOCUMENT = join(ROOT, 'docs/openapi.json');
const PATIENCE_MS = 180_000;

/** Settings that keep the tools from sending or asking anything beyond this machine. */
const QUIET = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', DO_NOT_TRACK: '1' };

/** Runs the command of a package that is installed here. */
async function command(packageName: string, bin: string, args: readonly string[]): Promise<string> {
  const options = { cwd: ROOT, env: QUIET, maxBuffer: 64 * 1024 * 1024 };
  try {
    return (await run(process.execPath, [binOf(packageName, bin), ...args], options)).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${bin} failed: ${stdout}${stderr}`, { cause: error });
  }
}

function binOf(packageName: string, bin: string): string {
  const manifest = join(ROOT, 'node_modules', packageName, 'package.json');
  const { bin: bins } = createRequire(manifest)(manifest) as { bin: string | Record<string, string> };
  return join(dirname(manifest), typeof bins === 'string' ? bins : bins[bin]!);
}

/**
 * Checks what other tools make of docs/openapi.json, which is the document that the API serves (see openapi.test.ts).
 */
describe('docs/openapi.json', { timeout: PATIENCE_MS }, () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outdial-clients-'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function compile(files: readonly string[]): Promise<void> {
    const config = {
      compilerOptions: {
        strict: true,
        noEmit: true,
        target: 'es2022',
        module: 'nodenext',
        moduleResolution: 'nodenext',
        lib: ['es2022', 'dom', 'dom.iterable'],
        types: [],
      },
      files,
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
    await writeFile(join(folder, 'package.json'), '{"type": "module"}');
    await command('typescript', 'tsc', ['-p', folder]);
  }

  it('has no fault by the recommended rules of Redocly', async () => {
    const report = await command('@redocly/cli', 'redocly', [
      'lint',
      DOCUMENT,
      '--extends=recommended',
      '--format=json',
      '--max-problems=1000',
    ]);
    const { totals, problems } = JSON.parse(report.slice(report.indexOf('{'))) as {
      totals: object;
      problems: object[];
    };
    expect(problems).toEqual([]);
    expect(totals).toMatchObject({ errors: 0, warnings: 0 });
  });

  it('gives openapi-typescript types by which a caller is held', async () => {
    await command('openapi-typescript', 'openapi-typescript', [
      DOCUMENT,
      '--default-non-nullable=false',
      '-o',
      join(folder, 'api.ts'),
    ]);
    const caller = `
      import type { components, operations } from './api.js';
      type Campaign = components['schemas']['CreateCampaignBody'];
      export const campaign: Campaign = { name: 'a', system_prompt: 'b', voice_id: 'c' };
      // @ts-expect-error: the name is missing.
      export const nameless: components['schemas']['CreateCampaignBody'] = { system_prompt: 'b', voice_id: 'c' };
      export type Started = operations['startCampaign']['responses'][200]['content']['application/json'];
      export const started = (answer: Started): number => answer.jobs_enqueued;
      export const codes: components['schemas']['TwilioCredentialsBody'] = { account_sid: 'AC', auth_token: 'x' };
    `;
    await writeFile(join(folder, 'caller.ts'), caller);
    await compile(['caller.ts']);
  });

  it('gives @hey-api/openapi-ts a client that compiles', async () => {
    const out = join(folder, 'client');
    await command('@hey-api/openapi-ts', 'openapi-ts', ['-i', DOCUMENT, '-o', out, '--no-log-file', '--silent']);
    const caller = `
      import { createCampaign, startCampaign } from './client/index.js';
      export async function begin(): Promise<number | undefined> {
        const { data } = await createCampaign({ body: { name: 'a', system_prompt: 'b', voice_id: 'c' } });
        const started = await startCampaign({ path: { campaign_id: data!.campaign.id } });
        return started.data?.jobs_enqueued;
      }
    `;
    await writeFile(join(folder, 'hey-caller.ts'), caller);
    await compile(['hey-caller.ts']);
  });
});

import { execFileSync } from 'node:child_process';
import { lstat, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalSystem, type LocalSystem } from '../support/local-system.js';
import { freePort } from '../support/free-port.js';
import { childrenOf, processesIn } from '../support/processes.js';
import { register } from '../support/running-api.js';
import { until } from '../support/until.js';

/**
 * Lists the data directory, by path, with modes. Links are left out: their targets are judged by themselves or are not
 * ours.
 */
async function modesIn(directory: string): Promise<[path: string, mode: string][]> {
  const names = await readdir(directory, { recursive: true });
  const entries = await Promise.all(
    ['.', ...names].map(async (name): Promise<[string, string] | null> => {
      const found = await lstat(join(directory, name)).catch(() => null);
      if (!found || found.isSymbolicLink()) return null;
      return [`${name}${found.isDirectory() ? '/' : ''}`, (found.mode & 0o777).toString(8)];
    }),
  );
  return entries.filter((entry) => entry !== null);
}

/** A cluster of another user lies inside where root has to hand it over: that user passes, and reads nothing. */
function isPrivate([path, mode]: [string, string]): boolean {
  if (path === './') return mode === '700' || (mode === '711' && process.getuid?.() === 0);
  return mode === (path.endsWith('/') ? '700' : '600');
}

/** The built programs, as `npm start` runs them, by a user whose umask closes nothing. */
describe('What a system keeps on its machine', () => {
  let dataDir: string;
  let port: number;
  let system: LocalSystem | undefined;

  beforeAll(async () => {
    dataDir = join(await mkdtemp(join(tmpdir(), 'outdial private ')), 'data');
    port = await freePort();
    system = await startWith(0);
    const { user } = await register(system.client);
    await system.client.post('/auth/password/forgot', { email: user.email });
    await until('the link is there', () => readFile(join(dataDir, 'links.log'), 'utf8').catch(() => ''));
    // The first start builds the programs.
  }, 600_000);

  afterAll(async () => {
    await system?.end('SIGINT');
    await rm(join(dataDir, '..'), { recursive: true, force: true });
  });

  async function startWith(umask: number): Promise<LocalSystem> {
    const before = process.umask(umask);
    try {
      return await startLocalSystem({ dataDir, port, environment: { LOG_LEVEL: 'debug' } });
    } finally {
      process.umask(before);
    }
  }

  it('is open to its owner alone, whatever it is', async () => {
    const modes = await modesIn(dataDir);
    expect(modes.filter((entry) => !isPrivate(entry))).toEqual([]);
    const paths = new Set(modes.map(([path]) => path));
    const wanted = ['./', 'auth-secret', 'links.log', 'logs/', 'logs/outdial.log', 'outdial.lock'];
    expect(wanted.filter((path) => !paths.has(path))).toEqual([]);
  });

  it('has the links that open accounts in their own file, not in the log', async () => {
    const [log, links] = await Promise.all(
      ['logs/outdial.log', 'links.log'].map((name) => readFile(join(dataDir, name), 'utf8')),
    );
    expect(links).toMatch(/"link":".*#purpose=password_reset&token=ot_/);
    expect(log).not.toContain('ot_');
    expect(log).toContain(join(dataDir, 'links.log'));
  });

  it('shows no secret in the command line of any process', async () => {
    const names = ['auth-secret', 'app-password', 'postgres-password', 'credentials-keys'];
    const secrets = await Promise.all(names.map((name) => readFile(join(dataDir, name), 'utf8')));
    const processes = [...(await processesIn(dataDir)), ...(await childrenOf(system!.pid))];
    expect(processes.length).toBeGreaterThanOrEqual(3);
    const commands = processes.map(({ command }) => command).join('\n');
    for (const secret of secrets) expect(commands).not.toContain(secret.trim());
  });

  it('is closed at the next start, when an earlier version or a backup has left it open', async () => {
    await system!.end('SIGINT');
    await writeFile(join(dataDir, 'logs', 'outdial.log.1'), 'older');
    execFileSync('chmod', ['-R', 'a+rX', dataDir]);
    expect((await modesIn(dataDir)).filter(isPrivate)).toEqual([]);
    system = await startWith(0o022);
    expect((await modesIn(dataDir)).filter((entry) => !isPrivate(entry))).toEqual([]);
  });
});

import { spawn } from 'node:child_process';
import { randomBytes, randomUUID, scryptSync } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PRIVATE_FILE, withPrivateFiles } from '#config/private-files.js';
import { accountParameter, accountOf, ENGINE_FILES, writeConfig, type EnginePorts } from './engine-config.js';
import { EngineFailure } from './engine-trouble.js';
import { isRunning, markOf, signalProcess, type ProcessMark } from './process-mark.js';
import type { SipSettings } from './sip-settings.js';

/** Engine that was started, as stored in its file. It may outlive the worker that started it. */
export interface EngineProcess extends ProcessMark {
  /** Answer of the engine to `uuid`, by which no other process is mistaken for it. */
  readonly id: string;
  readonly ports: EnginePorts;
  readonly config: string;
  /** Salted hash of the login. An engine keeps the login that it was started with. */
  readonly login: string;
}

/** Finds the engine that an earlier owner left running; null: there is none. */
export function findEngine(directory: string): EngineProcess | null {
  try {
    const engine = JSON.parse(readFileSync(pathOf(directory), 'utf8')) as EngineProcess;
    return isRunning(engine) ? engine : null;
  } catch {
    return null;
  }
}

/** Tells if the engine runs with the present settings. */
export function isUpToDate({ config, ports, login }: EngineProcess, settings: SipSettings): boolean {
  const isAtPort = settings.sipPort === 0 || settings.sipPort === ports.sip;
  return isAtPort && config === writeConfig(settings, ports) && login === loginOf(settings, saltOf(login));
}

function loginOf(settings: SipSettings, salt: string): string {
  const account = accountParameter(settings, accountOf(settings, null));
  return `${salt}:${scryptSync(account, salt, 32).toString('hex')}`;
}

/** Returns the salt of a stored login. An engine that an earlier version started has none. */
function saltOf(login: string | undefined): string {
  return /^[\da-f]{16}/.exec(login ?? '')?.[0] ?? '';
}

/**
 * Starts an engine in a session of its own, so that it survives the worker and a Ctrl-C. It inherits nothing of the
 * worker's environment.
 * @throws Error if the program is missing or ends at once.
 */
export async function startEngine(settings: SipSettings): Promise<EngineProcess> {
  const { directory } = settings;
  const id = randomUUID();
  const ports = { control: await freeTcpPort(), sip: settings.sipPort || (await freeUdpPort(settings.localAddress)) };
  const config = writeConfig(settings, ports);
  writeConfiguration(directory, config, id);
  const login = loginOf(settings, randomBytes(8).toString('hex'));
  const engine = { ...(await spawnEngine(settings)), id, ports, config, login };
  writeFileSync(`${pathOf(directory)}.new`, JSON.stringify(engine), { mode: PRIVATE_FILE });
  renameSync(`${pathOf(directory)}.new`, pathOf(directory));
  return engine;
}

const ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };

async function spawnEngine({ binary, directory }: SipSettings): Promise<ProcessMark> {
  const log = openSync(join(directory, ENGINE_FILES.log), 'a', PRIVATE_FILE);
  try {
    const options = {
      cwd: directory,
      env: ENVIRONMENT,
      detached: true,
      stdio: ['ignore', log, log] as ('ignore' | number)[],
    };
    // The engine creates recordings with its umask.
    const child = withPrivateFiles(() => spawn(binary, ['-f', ENGINE_FILES.configDirectory], options));
    await once(child, 'spawn');
    child.on('error', () => undefined).unref();
    const mark = markOf(child.pid ?? 0);
    if (!mark) throw new EngineFailure('engine_ends_at_once', `${binary} ended at once`);
    return mark;
  } finally {
    closeSync(log);
  }
}

function writeConfiguration(directory: string, config: string, id: string): void {
  const configDirectory = join(directory, ENGINE_FILES.configDirectory);
  mkdirSync(configDirectory, { recursive: true, mode: 0o700 });
  const files = { config, uuid: id, accounts: '# by command\n', contacts: '# none\n' };
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(configDirectory, name), content, { mode: PRIVATE_FILE });
  }
}

const END_PATIENCE_MS = 2_000;
const LOOK_EVERY_MS = 20;

/** @returns true if the process ended within that time. */
export async function hasEnded(engine: ProcessMark, patienceMs: number): Promise<boolean> {
  for (const giveUpAt = performance.now() + patienceMs; isRunning(engine);) {
    if (performance.now() > giveUpAt) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return true;
}

/** Ends the engine, which says goodbye to its callees, and waits until the process is gone. */
export async function endEngine(engine: ProcessMark): Promise<void> {
  signalProcess(engine, 'SIGTERM');
  if (await hasEnded(engine, END_PATIENCE_MS)) return;
  signalProcess(engine, 'SIGKILL');
  await hasEnded(engine, END_PATIENCE_MS);
}

function pathOf(directory: string): string {
  return join(directory, 'engine.json');
}

async function freeTcpPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function freeUdpPort(address: string): Promise<number> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4').bind(0, address);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

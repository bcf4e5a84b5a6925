import { pause, settlesWithTimeout } from '../processes/patience.js';
import { freePort, portObstacle } from '../processes/ports.js';
import { readSince, sizeOf } from '../processes/log-file.js';
import { classifyFailure, decisiveLine } from './postgres-failure.js';
import { awaitLogin, LOCALHOST, type LoggedIn } from './postgres-login.js';
import type { Placement } from './postgres-placement.js';
import { postgresArguments } from './postgres-settings.js';
import {
  adoptPostmaster,
  isSame,
  launchPostmaster,
  stopPostmaster,
  wrongPassword,
  type Postmaster,
} from './postmaster.js';
import { diskFull, StartError } from '../processes/start-error.js';

export interface Launch {
  readonly placement: Placement;
  readonly password: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly preferredPort?: number;
  readonly onRecovering: () => void;
  readonly signal?: AbortSignal;
}

interface Started {
  readonly postmaster: Postmaster;
  readonly isAdopted: boolean;
}

/**
 * Longest wait for an obstacle that passes. Sessions of a killed server notice its end at their next wait, and keep its
 * memory until then.
 */
const OBSTACLE_PATIENCE_MS = 60_000;
const OBSTACLE_POLL_MS = 250;

/** Starts the server and waits until it accepts logins. Waits for obstacles that pass by themselves. */
export async function bringUpPostmaster(launch: Launch): Promise<Started> {
  const { placement, password, onRecovering, signal } = launch;
  const deadline = performance.now() + OBSTACLE_PATIENCE_MS;
  for (let port = await choosePort(launch.preferredPort); ;) {
    const attempt = await tryPort(launch, port);
    if (typeof attempt !== 'string') return { postmaster: attempt, isAdopted: false };
    const failure = classifyFailure(attempt);
    const isPassing = failure === 'port_taken' || failure === 'directory_held' || failure === 'old_backends';
    if (!isPassing || performance.now() > deadline) throw explain(attempt, placement.directory);
    if (failure === 'port_taken') port = await freePort(LOCALHOST);
    const adopted = await adoptPostmaster({ directory: placement.directory, password, onRecovering, signal });
    if (adopted) return { postmaster: adopted, isAdopted: true };
    await pause(OBSTACLE_POLL_MS, signal);
  }
}

async function choosePort(preferred: number | undefined): Promise<number> {
  const isUsable = preferred !== undefined && (await portObstacle(LOCALHOST, preferred)) === null;
  return isUsable ? preferred : freePort(LOCALHOST);
}

/** Returns the server, or its output if it ended. */
async function tryPort(
  { placement, password, settings, logFile, onRecovering, signal }: Launch,
  port: number,
): Promise<Postmaster | string> {
  const logOffset = await sizeOf(logFile);
  const child = launchPostmaster(placement, postgresArguments(placement.directory, port, settings), logFile);
  let failure: string | null = null;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => resolve(void (failure = error.message)));
  });
  const postmaster = { pid: child.pid ?? 0, port, ended };
  const isAlive = () => failure === null && child.exitCode === null && child.signalCode === null;
  try {
    const answer = await awaitLogin({ port, password }, { isAlive, onRecovering, signal });
    if (isLoggedIn(answer) && (await isSame(answer.dataDirectory, placement.directory))) return postmaster;
    const isStranger = answer !== null && !(await settlesWithTimeout(ended, STRANGER_PATIENCE_MS));
    if (isStranger) throw wrongPassword(placement.directory);
  } catch (error) {
    if (isAlive()) await stopPostmaster(postmaster);
    throw error;
  }
  return `${await readSince(logFile, logOffset)}\n${failure ?? ''}`;
}

/**
 * Time after which a login that another server on the port rejected is final. Our server then ends, since the port is
 * taken.
 */
const STRANGER_PATIENCE_MS = 3_000;

function isLoggedIn(answer: LoggedIn | 'refused' | null): answer is LoggedIn {
  return answer !== null && answer !== 'refused';
}

function explain(said: string, directory: string): StartError {
  if (classifyFailure(said) === 'disk_full') return new StartError(diskFull(directory));
  return new StartError(`PostgreSQL does not start on ${directory}: ${decisiveLine(said)}`);
}

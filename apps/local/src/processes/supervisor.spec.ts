import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { childEnvironment } from '#config/process-environment.js';
import { isRunning } from './process-table.js';
import type { StartError } from './start-error.js';
import type { ChildProgram } from './supervised-child.js';
import { Supervisor } from './supervisor.js';

let dir: string;
let logFile: string;
let environment: NodeJS.ProcessEnv;
let notes: string[];
let givenUp: StartError[];
let supervisor: Supervisor;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'outdial supervisor '));
  logFile = join(dir, 'outdial.log');
  environment = childEnvironment({ GREETING: 'hello' });
  notes = [];
  givenUp = [];
  supervisor = supervise(30_000);
});

afterEach(async () => {
  await supervisor.stop();
  await rm(dir, { recursive: true });
});

function supervise(stopPatienceMs: number): Supervisor {
  return new Supervisor({
    logFile,
    environment: () => environment,
    onNote: (note) => notes.push(note),
    onGiveUp: (error) => givenUp.push(error),
    stopPatienceMs,
  });
}

/** Makes a program that runs `rest`, then prints `name pid greeting` with its pid and `GREETING`. */
async function program(name: string, rest: string): Promise<ChildProgram> {
  const modulePath = join(dir, `${name}.mjs`);
  await writeFile(modulePath, `${rest}\nconsole.log('${name}', process.pid, process.env.GREETING);`);
  return { name, modulePath };
}

const LIVE_ON = `setInterval(() => 0, 1000);`;
const TELL_STOP = (name: string) => `process.on('SIGTERM', () => { console.log('${name} stops'); process.exit(0); });`;

async function logLines(start: string): Promise<string[]> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line.startsWith(start));
}

/** Returns the pids of all runs of `name`, once there are `count`. */
async function pidsOf(name: string, count: number): Promise<number[]> {
  await expect.poll(() => logLines(`${name} `), { timeout: 10_000 }).toHaveLength(count);
  return (await logLines(`${name} `)).map((line) => Number(line.split(' ')[1]));
}

describe('Supervisor', () => {
  it('starts again what dies, and says so', async () => {
    supervisor.start([await program('api', LIVE_ON)]);
    const [first = 0] = await pidsOf('api', 1);
    process.kill(first, 'SIGKILL');
    const [, second = 0] = await pidsOf('api', 2);
    expect(second).not.toBe(first);
    expect(notes).toEqual(['api was ended by SIGKILL; it is started again in 0.5 s.']);
  });

  it('gives up on a wrong configuration, with the last words of that child only', async () => {
    const worker = await program('worker', `console.error('worker: DATABASE_URL is not set'); process.exitCode = 78;`);
    supervisor.start([await program('api', `setInterval(() => console.log('{"pid":' + process.pid + '}'), 1);`)]);
    await pidsOf('api', 1);
    supervisor.systemIsUp();
    supervisor.start([worker]);
    await expect.poll(() => givenUp, { timeout: 10_000 }).toHaveLength(1);
    const message = givenUp[0]?.message ?? '';
    expect(message).toContain('worker ended with exit code 78. Its last words:\n');
    expect(message).toContain('worker: DATABASE_URL is not set');
    expect(message).not.toContain('{"pid"');
    expect(await logLines('worker ')).toHaveLength(1);
  });

  it('gives up on a child that keeps dying before the system is up', async () => {
    supervisor.start([await program('api', 'process.exitCode = 1;')]);
    await expect.poll(() => givenUp, { timeout: 10_000 }).toHaveLength(1);
    expect(await logLines('api ')).toHaveLength(3);
  });

  it('ends its children one after the other, the last first, and leaves none', async () => {
    supervisor.start([
      await program('api', TELL_STOP('api') + LIVE_ON),
      await program('worker', TELL_STOP('worker') + LIVE_ON),
    ]);
    const pids = [...(await pidsOf('api', 1)), ...(await pidsOf('worker', 1))];
    await supervisor.stop();
    expect((await readFile(logFile, 'utf8')).split('\n').filter((line) => line.endsWith('stops'))).toEqual([
      'worker stops',
      'api stops',
    ]);
    expect(pids.filter(isRunning)).toEqual([]);
    expect(notes).toEqual([]);
  });

  it('kills a child that does not end when asked, and what that child has started', async () => {
    supervisor = supervise(3_000);
    const stubborn = `process.on('SIGTERM', () => console.log('asked'));
      const { spawn } = await import('node:child_process');
      console.log('inner', spawn('sleep', ['60']).pid); ${LIVE_ON}`;
    supervisor.start([await program('worker', stubborn)]);
    const pids = [...(await pidsOf('worker', 1)), ...(await pidsOf('inner', 1))];
    await supervisor.stop();
    expect(await logLines('asked')).toHaveLength(1);
    await expect.poll(() => pids.filter(isRunning)).toEqual([]);
  });

  it('does not start again while it pauses or after it was stopped', async () => {
    supervisor.start([await program('api', LIVE_ON)]);
    const [pid = 0] = await pidsOf('api', 1);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => notes).toHaveLength(1);
    await supervisor.stop();
    await supervisor.restartAll();
    expect(await logLines('api ')).toHaveLength(1);
  });

  it('starts all again with the environment of now', async () => {
    supervisor.start([await program('api', LIVE_ON), await program('worker', LIVE_ON)]);
    const before = [...(await pidsOf('api', 1)), ...(await pidsOf('worker', 1))];
    environment = { ...environment, GREETING: 'again' };
    await supervisor.restartAll();
    await pidsOf('api', 2);
    await pidsOf('worker', 2);
    expect(before.filter(isRunning)).toEqual([]);
    expect((await logLines('')).filter((line) => line.endsWith('again'))).toHaveLength(2);
  });

  it('tells its children when it is gone', async () => {
    supervisor.start([
      await program('api', `process.on('disconnect', () => 0); console.log('channel', process.connected);${LIVE_ON}`),
    ]);
    await expect.poll(() => logLines('channel'), { timeout: 10_000 }).toEqual(['channel true']);
  });
});

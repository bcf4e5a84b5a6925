import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Mark with which sipp ends a message on its twin socket. */
const ESCAPE = '\u001b';

/** Call that reached the callee. */
export interface Invitation {
  readonly callId: string;
  /** The URI in the request. */
  readonly target: string;
  /** The header From. */
  readonly caller: string;
  /** Credentials of the request, where the callee asked for them. */
  readonly login: string;
  isOver: boolean;
}

const END_OF_CALL = 'over';
const ACKNOWLEDGED = 'acknowledged';

/** Runs the callee: sipp on real UDP, following a scenario. The test gives orders over sipp's twin socket. */
export class SippCallee {
  readonly invitations: Invitation[] = [];
  private twin: Socket | null = null;
  /** Orders by call, from its answer until that is acknowledged. sipp would forget an order that arrives earlier. */
  private readonly waitingOrders = new Map<string, string[]>();
  private unread = '';

  private constructor(
    readonly port: number,
    private readonly directory: string,
    private readonly server: Server,
    private readonly sipp: ChildProcess,
  ) {}

  static async start(scenario: string): Promise<SippCallee> {
    const directory = mkdtempSync(join(tmpdir(), 'outdial-sipp-'));
    writeFileSync(join(directory, 'scenario.xml'), scenario);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = await freeUdpPort();
    const callee = new SippCallee(port, directory, server, startSipp(directory, port, twinPortOf(server)));
    await callee.meet();
    return callee;
  }

  /** Invitations to where this dialer job was to be called. */
  invitationsOf(dialerJobId: string): Invitation[] {
    return this.invitations.filter(({ target }) => target.endsWith(`;attempt=${dialerJobId}`));
  }

  order(dialerJobId: string, verb: string): void {
    const callId = this.invitationsOf(dialerJobId).at(-1)?.callId;
    if (callId === undefined) throw new Error(`${dialerJobId} has not been called`);
    this.orderCall(callId, verb);
  }

  orderCall(callId: string, verb: string): void {
    const orders = this.waitingOrders.get(callId);
    if (orders) return void orders.push(verb);
    if (verb === 'answer') this.waitingOrders.set(callId, []);
    this.tell(callId, verb);
  }

  private tell(callId: string, verb: string): void {
    this.twin?.write(`From: test\r\nCall-ID: ${callId}\r\ndo: ${verb}\r\n\r\n${ESCAPE}`);
  }

  async close(): Promise<void> {
    if (this.sipp.exitCode === null && this.sipp.signalCode === null) {
      this.sipp.kill('SIGKILL');
      await once(this.sipp, 'exit');
    }
    this.twin?.destroy();
    this.server.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async meet(): Promise<void> {
    const ended = once(this.sipp, 'exit').then(() => Promise.reject(new Error('sipp ended at once')));
    const [twin] = (await Promise.race([once(this.server, 'connection'), ended])) as [Socket];
    ended.catch(() => undefined);
    this.twin = twin.on('data', (chunk) => this.read(chunk.toString())).on('error', () => twin.destroy());
  }

  private letGo(callId: string): void {
    const orders = this.waitingOrders.get(callId) ?? [];
    this.waitingOrders.delete(callId);
    for (const verb of orders) this.orderCall(callId, verb);
  }

  private read(text: string): void {
    const messages = (this.unread + text).split(ESCAPE);
    this.unread = messages.pop() ?? '';
    for (const message of messages) this.hear(message);
  }

  private hear(message: string): void {
    const [callId, told] = [fieldOf(message, 'Call-ID'), fieldOf(message, 'Told')];
    if (told === 'invited') this.invitations.push({ callId, ...invited(message), isOver: false });
    if (told === ACKNOWLEDGED) this.letGo(callId);
    const known = this.invitations.find((invitation) => invitation.callId === callId);
    if (known && told === END_OF_CALL) known.isOver = true;
  }
}

function invited(message: string): Pick<Invitation, 'target' | 'caller' | 'login'> {
  const [target, caller, login] = ['Target', 'Caller', 'Login'].map((name) => fieldOf(message, name));
  return { target: target ?? '', caller: caller ?? '', login: login ?? '' };
}

function fieldOf(message: string, name: string): string {
  return new RegExp(`^${name}: *(.*?)\\r?$`, 'im').exec(message)?.[1] ?? '';
}

function startSipp(directory: string, port: number, twinPort: number): ChildProcess {
  const where = ['-i', '127.0.0.1', '-p', String(port), '-3pcc', `127.0.0.1:${twinPort}`];
  return spawn('sipp', ['-sf', 'scenario.xml', ...where, '-nostdin', '-trace_err'], {
    cwd: directory,
    stdio: 'ignore',
  });
}

function twinPortOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

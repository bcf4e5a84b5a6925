import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * Mode of a proxy:
 *
 * - ok: passes everything on.
 * - refuse: resets open connections and new ones.
 * - hold: half-open; bytes vanish without notice, as behind a load balancer that forgot its connections.
 * - delay: delivers every piece later.
 */
export type ProxyMode =
  | { readonly kind: 'ok' }
  | { readonly kind: 'refuse' }
  | { readonly kind: 'hold' }
  | { readonly kind: 'delay'; readonly ms: number };

const HOST = '127.0.0.1';

/** A server drops a half-open peer at some time; PostgreSQL and Redis are spared thousands of such sessions. */
const FORGOTTEN_AFTER_MS = 60_000;

/** Stands between two programs on this machine and does to their connections what networks do. */
export class TcpProxy {
  private mode: ProxyMode = { kind: 'ok' };
  private readonly pipes = new Set<Pipe>();

  private constructor(
    private readonly server: Server,
    public targetPort: number,
  ) {
    server.on('connection', (client) => this.accept(client));
  }

  static async listen(targetPort: number): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: true });
    const proxy = new TcpProxy(server, targetPort);
    server.listen(0, HOST);
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  set(mode: ProxyMode): void {
    const was = this.mode.kind;
    this.mode = mode;
    if (mode.kind === 'refuse') for (const pipe of this.pipes) pipe.reset();
    if (mode.kind === 'hold') for (const pipe of this.pipes) pipe.swallow();
    if (was === 'hold' && mode.kind !== 'hold') for (const pipe of this.pipes) pipe.forgetIfAbandoned();
  }

  async close(): Promise<void> {
    for (const pipe of this.pipes) pipe.reset();
    this.server.close();
    await once(this.server, 'close');
  }

  private accept(client: Socket): void {
    client.on('error', () => undefined);
    if (this.mode.kind === 'refuse') return void client.resetAndDestroy();
    const upstream =
      this.mode.kind === 'hold' ? null : connect({ host: HOST, port: this.targetPort, allowHalfOpen: true });
    const pipe = new Pipe(client, upstream, () => (this.mode.kind === 'delay' ? this.mode.ms : 0));
    this.pipes.add(pipe);
    pipe.whenGone(() => this.pipes.delete(pipe));
  }
}

/** Connection through the proxy; without an upstream it is half-open from the start. */
class Pipe {
  private isSwallowing: boolean;
  private readonly open = new Set<Socket>();
  private onGone: () => void = () => undefined;

  constructor(
    private readonly client: Socket,
    private readonly upstream: Socket | null,
    private readonly delayMs: () => number,
  ) {
    this.isSwallowing = upstream === null;
    this.attach(client, upstream);
    if (upstream) this.attach(upstream, client);
  }

  whenGone(listener: () => void): void {
    this.onGone = listener;
  }

  /** Lets nothing through any more. What is lost of a stream makes the rest of it worthless. */
  swallow(): void {
    this.isSwallowing = true;
    if (!this.upstream) return;
    setTimeout(() => this.upstream?.resetAndDestroy(), FORGOTTEN_AFTER_MS).unref();
  }

  /** The network is whole again: a server whose peer has gone learns of it. */
  forgetIfAbandoned(): void {
    if (this.client.destroyed) this.upstream?.resetAndDestroy();
  }

  reset(): void {
    this.client.resetAndDestroy();
    this.upstream?.resetAndDestroy();
  }

  private attach(from: Socket, to: Socket | null): void {
    this.open.add(from);
    const relay = new Relay(this.delayMs);
    from.setNoDelay(true);
    from.on('error', () => undefined);
    from.on('data', (chunk) => this.isSwallowing || relay.pass(() => to?.write(chunk)));
    from.on('end', () => (this.isSwallowing ? from.end() : relay.pass(() => to?.end())));
    from.on('close', (hadError) =>
      this.ended(from, hadError ? () => to?.resetAndDestroy() : () => relay.pass(() => to?.end())),
    );
  }

  private ended(socket: Socket, tellOther: () => void): void {
    this.open.delete(socket);
    if (!this.isSwallowing) tellOther();
    if (this.open.size === 0) this.onGone();
  }
}

/** Keeps the pieces of one direction in order, whatever the delay was when each of them came. */
class Relay {
  private waiting = 0;
  private lastDueAt = 0;
  private tail: Promise<void> = Promise.resolve();

  constructor(private readonly delayMs: () => number) {}

  pass(deliver: () => void): void {
    const delay = this.delayMs();
    if (delay === 0 && this.waiting === 0) return deliver();
    this.waiting += 1;
    this.lastDueAt = Math.max(this.lastDueAt, performance.now() + delay);
    this.tail = this.deliverAt(this.tail, this.lastDueAt, deliver);
  }

  private async deliverAt(before: Promise<void>, dueAt: number, deliver: () => void): Promise<void> {
    await before;
    await until(dueAt);
    this.waiting -= 1;
    deliver();
  }
}

function until(dueAt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, dueAt - performance.now())));
}

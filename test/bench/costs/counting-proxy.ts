import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { ProtocolCounts } from './protocol-counts.js';

/** Passes connections on to PostgreSQL unchanged, and counts the statements and round trips of its clients. */
export class CountingProxy {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly connections: ProtocolCounts[],
    readonly url: string,
  ) {}

  static async start(databaseUrl: string): Promise<CountingProxy> {
    const url = new URL(databaseUrl);
    const target = { host: url.hostname, port: Number(url.port) };
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url.hostname = '127.0.0.1';
    url.port = String((server.address() as AddressInfo).port);
    const proxy = new CountingProxy(server, [], url.href);
    server.on('connection', (client) => proxy.join(client, connect(target)));
    return proxy;
  }

  /** Counts of all connections so far. */
  get counts(): { statements: number; roundTrips: number } {
    const sum = (name: 'statements' | 'roundTrips') => this.connections.reduce((total, one) => total + one[name], 0);
    return { statements: sum('statements'), roundTrips: sum('roundTrips') };
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket, server: Socket): void {
    const counts = new ProtocolCounts();
    this.connections.push(counts);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(socket);
      socket.setNoDelay();
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (chunk) => counts.sent(chunk));
    server.on('data', (chunk) => counts.received(chunk));
    client.pipe(server);
    server.pipe(client);
  }
}

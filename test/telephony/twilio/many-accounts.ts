import { once } from 'node:events';
import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FakeTwilio } from './fake-twilio.js';

/** Address for several accounts, as Twilio has it. Each request goes to the account that its path names. */
export class ManyAccounts {
  private readonly accounts = new Map<string, FakeTwilio>();
  private readonly server: Server = createServer((request, response) => {
    const [, accountSid = ''] = /^\/2010-04-01\/Accounts\/(\w+)\//.exec(request.url ?? '') ?? [];
    const account = this.accounts.get(accountSid);
    if (!account) return void response.writeHead(404).end();
    const { method, headers, url } = request;
    const onward = forward(`${account.url}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });

  async open(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  has(accountSid: string, fake: FakeTwilio): void {
    this.accounts.set(accountSid, fake);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

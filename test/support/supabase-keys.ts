import { exportJWK, generateKeyPair, type CryptoKey, type JWK } from 'jose';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SigningKey {
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

export async function newSigningKey(alg: string, kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** Bodies that are no key set, or exceed the limits of one. */
const BODIES: Readonly<Record<string, string>> = {
  garbage: '<html>',
  deep: `{"keys":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
  long: `{"keys":[]${' '.repeat(300_000)}}`,
};

/** Stands in for a project's /auth/v1/.well-known/jwks.json. */
export class KeyServer {
  keys: JWK[] = [];
  mode: 'ok' | 'error' | 'garbage' | 'deep' | 'long' | 'silent' = 'ok';
  asked = 0;
  /** Headers of the next answers. */
  headers: Readonly<Record<string, string>> = {};
  private readonly server: Server = createServer((request, response) => {
    this.asked++;
    if (this.mode === 'silent') return;
    const isThere = request.url === '/auth/v1/.well-known/jwks.json';
    response.statusCode = this.mode === 'error' || !isThere ? 500 : 200;
    response.setHeaders(new Headers({ 'content-type': 'application/json', ...this.headers }));
    response.end(BODIES[this.mode] ?? JSON.stringify({ keys: this.keys }));
  });

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

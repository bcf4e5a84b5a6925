import fc from 'fast-check';
import { SignJWT } from 'jose';
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newApiKey } from './api-key.js';
import { isPossibleToken, requireBearer } from './bearer.js';

describe('isPossibleToken', () => {
  it('is true of every signed token, whatever is in it', async () => {
    const keys = {
      HS256: new Uint8Array(32),
      ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
      RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
      EdDSA: generateKeyPairSync('ed25519').privateKey,
    };
    const headers = fc.record({ typ: fc.string(), kid: fc.string() }, { requiredKeys: [] });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(keys)), headers, fc.string(), async (alg, header, subject) => {
        const token = await new SignJWT({ sub: subject })
          .setProtectedHeader({ alg, ...header })
          .sign(keys[alg as keyof typeof keys]);
        expect(isPossibleToken(token)).toBe(true);
        expect(requireBearer(`Bearer ${token}`)).toBe(token);
      }),
    );
  });

  it('is true of a token whose header has blanks', () => {
    const header = Buffer.from('{\n  "alg": "HS256"\n}').toString('base64url');
    expect(isPossibleToken(`${header}.e30.${'x'.repeat(43)}`)).toBe(true);
  });

  it('is true of every API key, and false of one with another character', () => {
    const { secret } = newApiKey();
    expect(isPossibleToken(secret)).toBe(true);
    fc.assert(
      fc.property(fc.nat(secret.length - 1), (at) => {
        const other = secret[at] === 'x' ? 'y' : 'x';
        expect(isPossibleToken(secret.slice(0, at) + other + secret.slice(at + 1))).toBe(false);
      }),
    );
  });

  it.each(['null', 'a.b.c', 'rt_abc', `eyJhbGciOiJub25lIn0.e30.`, `od_live_${'x'.repeat(51)}`, 'x'.repeat(8_000)])(
    'is false of %j',
    (text) => expect(isPossibleToken(text)).toBe(false),
  );
});

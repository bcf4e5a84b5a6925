import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CredentialCipher } from './credential-cipher.js';

const [OLD, NEW] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const OWNER = { tenantId: 't-1', accountId: 'a-1' };

describe('CredentialCipher', () => {
  it('opens what it has sealed, for its owner only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.string(), (text, tenantId, accountId) => {
        const vault = new CredentialCipher([OLD]);
        const sealed = vault.seal(text, { tenantId, accountId });
        expect(vault.open(sealed, { tenantId, accountId })).toBe(Buffer.from(text).toString());
        expect(vault.open(sealed, { tenantId: `${tenantId}x`, accountId })).toBeNull();
        expect(vault.open(sealed, { tenantId, accountId: `${accountId}x` })).toBeNull();
      }),
    );
  });

  it('tells tenant and account apart wherever one id ends and the other begins', () => {
    const vault = new CredentialCipher([OLD]);
    const sealed = vault.seal('secret', { tenantId: 'ab', accountId: 'c' });
    expect(vault.open(sealed, { tenantId: 'a', accountId: 'bc' })).toBeNull();
  });

  it('seals the same text differently each time, and reveals nothing of it', () => {
    const vault = new CredentialCipher([OLD]);
    const sealed = Array.from({ length: 50 }, () => vault.seal('a rather long secret', OWNER));
    expect(new Set(sealed).size).toBe(50);
    for (const one of sealed) {
      const content = Buffer.from(one.split('.')[2]!, 'base64url').toString('latin1');
      expect(`${one}${content}`).not.toContain('rather');
    }
  });

  it('opens nothing that was changed anywhere', () => {
    const vault = new CredentialCipher([OLD]);
    const sealed = vault.seal('secret', OWNER);
    const [version, key, content] = sealed.split('.') as [string, string, string];
    const bytes = Buffer.from(content, 'base64url');
    for (const at of bytes.keys()) {
      const touched = Buffer.from(bytes);
      touched[at]! ^= 1;
      expect(vault.open([version, key, touched.toString('base64url')].join('.'), OWNER)).toBeNull();
    }
    const cut = bytes.subarray(0, 20).toString('base64url');
    for (const wrong of ['', 'v1', `v2.${key}.${content}`, `v1.00000000.${content}`, `v1.${key}.`, `v1.${key}.${cut}`])
      expect(vault.open(wrong, OWNER)).toBeNull();
  });

  it('seals with the new key and opens with both while a key is replaced', () => {
    const [before, during, after] = [[OLD], [NEW, OLD], [NEW]].map((keys) => new CredentialCipher(keys));
    const old = before!.seal('secret', OWNER);
    const fresh = during!.seal('secret', OWNER);
    expect([during!.open(old, OWNER), during!.open(fresh, OWNER)]).toEqual(['secret', 'secret']);
    expect([after!.open(old, OWNER), after!.open(fresh, OWNER)]).toEqual([null, 'secret']);
    expect(before!.open(fresh, OWNER)).toBeNull();
  });

  it('tells texts under the sealing key from those under another', () => {
    const old = new CredentialCipher([OLD]).seal('secret', OWNER);
    const keyIn = (...keys: Buffer[]) => new CredentialCipher(keys).keyOf(old, OWNER);
    expect([keyIn(OLD), keyIn(OLD, NEW), keyIn(NEW, OLD), keyIn(NEW), keyIn()]).toEqual([
      'first',
      'first',
      'other',
      'none',
      'none',
    ]);
    expect(new CredentialCipher([OLD]).keyOf(old, { ...OWNER, accountId: 'a-2' })).toBe('none');
  });

  it('neither seals nor opens without a key', () => {
    const sealed = new CredentialCipher([OLD]).seal('secret', OWNER);
    expect(new CredentialCipher([]).open(sealed, OWNER)).toBeNull();
    expect(() => new CredentialCipher([]).seal('secret', OWNER)).toThrow(/CREDENTIALS_KEYS/);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CredentialVault } from './credential-cipher.js';

const [OLD, NEW] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const OWNER = { tenantId: 't-1', accountId: 'a-1' };

describe('CredentialVault', () => {
  it('opens what it has sealed, for whom it was sealed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.string(), (text, tenantId, accountId) => {
        const vault = new CredentialVault([OLD]);
        const sealed = vault.seal(text, { tenantId, accountId });
        expect(vault.open(sealed, { tenantId, accountId })).toBe(Buffer.from(text).toString());
        expect(vault.open(sealed, { tenantId: `${tenantId}x`, accountId })).toBeNull();
        expect(vault.open(sealed, { tenantId, accountId: `${accountId}x` })).toBeNull();
      }),
    );
  });

  it('does not take the seam between tenant and account for part of either', () => {
    const vault = new CredentialVault([OLD]);
    const sealed = vault.seal('secret', { tenantId: 'ab', accountId: 'c' });
    expect(vault.open(sealed, { tenantId: 'a', accountId: 'bc' })).toBeNull();
  });

  it('never seals the same text alike, and shows nothing of it', () => {
    const vault = new CredentialVault([OLD]);
    const sealed = Array.from({ length: 50 }, () => vault.seal('a rather long secret', OWNER));
    expect(new Set(sealed).size).toBe(50);
    for (const one of sealed) {
      const content = Buffer.from(one.split('.')[2]!, 'base64url').toString('latin1');
      expect(`${one}${content}`).not.toContain('rather');
    }
  });

  it('opens nothing that was touched anywhere', () => {
    const vault = new CredentialVault([OLD]);
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

  it('lets a key be replaced: both open while both are there, the new one seals', () => {
    const [before, during, after] = [[OLD], [NEW, OLD], [NEW]].map((keys) => new CredentialVault(keys));
    const old = before!.seal('secret', OWNER);
    const fresh = during!.seal('secret', OWNER);
    expect([during!.open(old, OWNER), during!.open(fresh, OWNER)]).toEqual(['secret', 'secret']);
    expect([after!.open(old, OWNER), after!.open(fresh, OWNER)]).toEqual([null, 'secret']);
    expect(before!.open(fresh, OWNER)).toBeNull();
  });

  it('knows what lies under the key that seals, and what under another', () => {
    const old = new CredentialVault([OLD]).seal('secret', OWNER);
    const keyIn = (...keys: Buffer[]) => new CredentialVault(keys).keyOf(old, OWNER);
    expect([keyIn(OLD), keyIn(OLD, NEW), keyIn(NEW, OLD), keyIn(NEW), keyIn()]).toEqual([
      'first',
      'first',
      'other',
      'none',
      'none',
    ]);
    expect(new CredentialVault([OLD]).keyOf(old, { ...OWNER, accountId: 'a-2' })).toBe('none');
  });

  it('seals nothing without a key, and opens nothing', () => {
    const sealed = new CredentialVault([OLD]).seal('secret', OWNER);
    expect(new CredentialVault([]).open(sealed, OWNER)).toBeNull();
    expect(() => new CredentialVault([]).seal('secret', OWNER)).toThrow(/CREDENTIALS_KEYS/);
  });
});

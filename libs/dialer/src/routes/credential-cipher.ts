import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** Owner of credentials. Text sealed for one row cannot be opened for another. */
export interface CredentialOwner {
  readonly tenantId: string;
  readonly accountId: string;
}

const VERSION = 'v1';
const ALGORITHM = 'aes-256-gcm';

/**
 * 96 bits, random for each sealing. NIST SP 800-38D, 8.2.2, allows 2^32 of them per key:
 * https://doi.org/10.6028/NIST.SP.800-38D
 */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals what must not be read in the database: `v1.<key>.<base64url of nonce, tag and ciphertext>`. */
export class CredentialCipher {
  private readonly keys: ReadonlyMap<string, Buffer>;
  private readonly sealingId: string | undefined;

  /** @param keys of 32 bytes; the first one seals, all of them open. */
  constructor(keys: readonly Buffer[]) {
    this.keys = new Map(keys.map((key) => [idOf(key), key]));
    [this.sealingId] = this.keys.keys();
  }

  /** False if there is no key: then no account can have been sealed. */
  get hasKeys(): boolean {
    return this.keys.size > 0;
  }

  /** Seals a text. @throws Error if there is no key. */
  seal(text: string, owner: CredentialOwner): string {
    const key = this.keys.get(this.sealingId ?? '');
    if (!key) throw new Error('CREDENTIALS_KEYS is not set');
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(nameOf(owner));
    const content = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return [VERSION, this.sealingId, Buffer.concat([nonce, cipher.getAuthTag(), content]).toString('base64url')].join(
      '.',
    );
  }

  /** Returns which key opens the text: `first` is the one that seals, `other` another one, `none` no key. */
  keyOf(sealed: string, owner: CredentialOwner): 'first' | 'other' | 'none' {
    if (this.open(sealed, owner) === null) return 'none';
    return sealed.split('.')[1] === this.sealingId ? 'first' : 'other';
  }

  /**
   * Opens a sealed text.
   * @returns null if its key is missing, its owner is another, or it was changed.
   */
  open(sealed: string, owner: CredentialOwner): string | null {
    const [version, keyId = '', content = ''] = sealed.split('.');
    const key = this.keys.get(keyId);
    if (version !== VERSION || !key) return null;
    try {
      return decipher(Buffer.from(content, 'base64url'), key, owner);
    } catch {
      return null;
    }
  }
}

function decipher(bytes: Buffer, key: Buffer, owner: CredentialOwner): string {
  const [nonce, tag] = [bytes.subarray(0, NONCE_BYTES), bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)];
  const cipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(nameOf(owner)).setAuthTag(tag);
  const content = bytes.subarray(NONCE_BYTES + TAG_BYTES);
  return Buffer.concat([cipher.update(content), cipher.final()]).toString();
}

function nameOf({ tenantId, accountId }: CredentialOwner): Buffer {
  return Buffer.from(JSON.stringify([tenantId, accountId]));
}

/** Returns an id that tells keys apart and reveals nothing of them. */
function idOf(key: Buffer): string {
  return createHash('sha256').update('outdial credentials key ').update(key).digest('hex').slice(0, 8);
}

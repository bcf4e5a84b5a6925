import type { CommonPasswords } from '#rules/access/password.js';

let loaded: Promise<CommonPasswords> | undefined;

/**
 * Returns the commonest passwords, some 50,000, from the package zxcvbn-ts. They are read when the first password is
 * set, since most processes never need them.
 */
export function commonPasswords(): Promise<CommonPasswords> {
  return (loaded ??= load());
}

async function load(): Promise<CommonPasswords> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Map(dictionary['passwords-common'].map((password, rank) => [password.normalize('NFKC'), rank]));
}

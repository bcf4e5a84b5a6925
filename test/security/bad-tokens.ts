import { SignJWT, UnsecuredJWT, decodeJwt, type JWTPayload } from 'jose';
import type { SigningKey } from '../support/supabase-keys.js';

/** Parts of which the test makes tokens, good and bad. */
export interface Forge {
  /** Key with which Outdial signs its own tokens. */
  readonly ownKey: Uint8Array;
  readonly project: {
    readonly issuer: string;
    readonly secret: string;
    readonly key: SigningKey;
    readonly foreign: SigningKey;
  };
  /** A good token of Outdial's own. */
  readonly good: string;
  /** Refresh token of the same session. */
  readonly refreshToken: string;
  readonly revokedKey: string;
  readonly loggedOut: string;
  readonly deactivated: string;
}

const seconds = (from: number) => Math.floor(Date.now() / 1000) + from;

/** Makes tokens that no operation may accept, named by what is wrong with them. */
export async function badTokens(forge: Forge): Promise<Readonly<Record<string, string>>> {
  return { ...(await badOwnTokens(forge)), ...(await badProjectTokens(forge)), ...notTokens(forge) };
}

async function badOwnTokens({ ownKey, good, loggedOut, deactivated, project }: Forge): Promise<Record<string, string>> {
  const claims = decodeJwt(good);
  const sign = (payload: JWTPayload, header: object = {}, key: Uint8Array = ownKey) =>
    new SignJWT(payload).setProtectedHeader({ alg: 'HS256', typ: 'JWT', ...header }).sign(key);
  const without = (name: string) => Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));
  const [header, payload, signature] = good.split('.') as [string, string, string];
  return {
    'own: unsigned': new UnsecuredJWT(claims).encode(),
    'own: unsigned, in capitals': `${encoded({ alg: 'None', typ: 'JWT' })}.${payload}.`,
    'own: without its signature': `${header}.${payload}.`,
    'own: cut short': good.slice(0, -4),
    'own: with other claims': `${header}.${encoded({ ...claims, sub: crypto.randomUUID() })}.${signature}`,
    'own: by another secret': await sign(claims, {}, Buffer.from('another secret that is as long as the other')),
    "own: by the project's secret": await sign(claims, {}, Buffer.from(project.secret)),
    'own: by another algorithm': await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS512' })
      .sign(new Uint8Array(64)),
    'own: expired': await sign({ ...claims, exp: seconds(-60) }),
    'own: for later': await sign({ ...claims, nbf: seconds(600) }),
    'own: for ever': await sign(without('exp')),
    'own: of another issuer': await sign({ ...claims, iss: 'another' }),
    'own: for another audience': await sign({ ...claims, aud: 'another' }),
    'own: of nobody': await sign(without('sub')),
    'own: of no session': await sign(without('sid')),
    "own: of somebody else's session": await sign({ ...claims, sub: crypto.randomUUID() }),
    'own: of a subject that is no id': await sign({ ...claims, sub: "' OR 1=1 --" }),
    'own: of a list of subjects': await sign({ ...claims, sub: [claims.sub] as unknown as string }),
    'own: after logging out': loggedOut,
    'own: of somebody who was deactivated': deactivated,
  };
}

async function badProjectTokens({ project }: Forge): Promise<Record<string, string>> {
  const { issuer: iss, key, foreign } = project;
  const sub = crypto.randomUUID();
  const claims: JWTPayload = {
    iss,
    sub,
    aud: 'authenticated',
    role: 'authenticated',
    email: `${sub}@example.com`,
    iat: seconds(0),
    exp: seconds(600),
  };
  const sign = (changes: object, header: object = {}, by: SigningKey = key) =>
    new SignJWT({ ...claims, ...changes })
      .setProtectedHeader({ alg: by.alg, kid: key.jwk.kid, ...header })
      .sign(by.privateKey);
  const signShared = (changes: object, secret: Uint8Array = Buffer.from(project.secret)) =>
    new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg: 'HS256' }).sign(secret);
  return {
    'project: unsigned': new UnsecuredJWT(claims).encode(),
    'project: the public key as a secret': await signShared({}, Buffer.from(JSON.stringify(key.jwk))),
    'project: the anon key': await signShared({ role: 'anon', sub: undefined, aud: undefined, email: undefined }),
    'project: an anon key with a subject': await signShared({ role: 'anon' }),
    'project: the service key': await signShared({ role: 'service_role' }),
    'project: an anonymous user': await sign({ is_anonymous: true }),
    'project: expired': await sign({ exp: seconds(-60) }),
    'project: for later': await sign({ nbf: seconds(600) }),
    'project: for ever': await sign({ exp: undefined }),
    'project: of another project': await sign({ iss: 'https://other.supabase.co/auth/v1' }),
    'project: for another audience': await sign({ aud: 'anon' }),
    'project: of nobody': await sign({ sub: undefined }),
    'project: by a key that claims to be another': await sign({}, {}, foreign),
    'project: by an unknown key': await sign({}, { kid: 'unknown' }, foreign),
    'project: by a key that is a path': await sign({}, { kid: '../../../../dev/null' }, foreign),
    'project: by a key that is SQL': await sign({}, { kid: "x' UNION SELECT 'key" }, foreign),
    'project: by a key that it brings along': await sign({}, { jwk: foreign.jwk, kid: undefined }, foreign),
    'project: by a key at an address of its own': await sign({}, { jku: `${iss}/keys`, kid: undefined }, foreign),
    'project: by a certificate at an address': await sign({}, { x5u: `${iss}/keys`, kid: undefined }, foreign),
    'project: of a tenant that is not there': await sign({ app_metadata: { tenant_id: crypto.randomUUID() } }),
    'project: of a list of tenants': await sign({ app_metadata: { tenant_id: [crypto.randomUUID()] } }),
  };
}

function notTokens({ refreshToken, revokedKey }: Forge): Record<string, string> {
  return {
    nothing: '',
    'a word': 'null',
    'a refresh token': refreshToken,
    'an API key that was revoked': revokedKey,
    'an API key that was made up': `od_live_${'x'.repeat(43)}`,
    'an API key that is cut short': revokedKey.slice(0, -3),
    'a publishable key of a project': 'sb_publishable_0123456789abcdefghijkl',
    'a secret key of a project': 'sb_secret_0123456789abcdefghijkl',
    '8 kB': 'x'.repeat(8_000),
  };
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

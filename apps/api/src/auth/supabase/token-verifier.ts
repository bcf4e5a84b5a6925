import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyOptions,
} from 'jose';
import { createSecretKey, type KeyObject } from 'node:crypto';
import type { SupabaseConfig } from '#config/config.js';
import { keyFetcher } from './fetch-keys.js';
import { InvalidToken, KeysOutOfReach } from './invalid-token.js';

const LONGEST_TOKEN = 8_192;
const KEYS_PATIENCE_MS = 2_000;
/**
 * Pause of the endpoint after it was asked for an unknown key. Tokens that name made-up keys cannot make the api fetch
 * without end.
 */
const KEYS_COOLDOWN_MS = 5_000;
const KEYS_CACHE_MS = 600_000;
/** Seconds by which the clocks of two machines may differ. */
const CLOCK_TOLERANCE_SECONDS = 5;

/** Algorithms of a project's published keys. The key decides which one is accepted, never the token. */
const ASYMMETRIC = ['ES256', 'RS256', 'EdDSA'];
const SHARED = ['HS256'];

type Verify = (token: string, options: JWTVerifyOptions) => Promise<JWTPayload>;

/** Verifies tokens of Supabase Auth: by the project's published keys, or by its legacy secret. */
export class TokenVerifier {
  private readonly byKeys: Verify;
  private readonly bySecret: Verify | null;
  private readonly options: JWTVerifyOptions;

  constructor({ url, jwtSecret }: SupabaseConfig) {
    const issuer = `${url}/auth/v1`;
    this.options = {
      issuer,
      audience: 'authenticated',
      requiredClaims: ['exp', 'sub'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    };
    this.byKeys = publishedKeys(new URL(`${issuer}/.well-known/jwks.json`));
    this.bySecret = jwtSecret === null ? null : sharedSecret(createSecretKey(Buffer.from(jwtSecret)));
  }

  /**
   * Returns the claims of a valid token.
   * @throws InvalidToken for a token that is not valid.
   * @throws KeysOutOfReach if the keys cannot be fetched now.
   */
  async verify(token: string): Promise<JWTPayload> {
    if (token.length > LONGEST_TOKEN) throw new InvalidToken();
    const verify = isAsymmetric(token) ? this.byKeys : this.bySecret;
    if (!verify) throw new InvalidToken();
    try {
      return await verify(token, this.options);
    } catch (error) {
      throw isAboutTheToken(error) ? new InvalidToken() : new KeysOutOfReach(error);
    }
  }
}

function publishedKeys(url: URL): Verify {
  const keys = createRemoteJWKSet(url, {
    timeoutDuration: KEYS_PATIENCE_MS,
    cooldownDuration: KEYS_COOLDOWN_MS,
    cacheMaxAge: KEYS_CACHE_MS,
    [customFetch]: keyFetcher(),
  });
  return async (token, options) => {
    const strict = { ...options, algorithms: ASYMMETRIC };
    try {
      return (await jwtVerify(token, keys, strict)).payload;
    } catch (error) {
      const known = keys.jwks();
      if (isAboutTheToken(error) || !known) throw error;
      return verifyByKnown(token, createLocalJWKSet(known), strict);
    }
  };
}

/** Verifies a token by the keys of the last fetch, for as long as the endpoint is away. @throws KeysOutOfReach */
async function verifyByKnown(
  token: string,
  keys: ReturnType<typeof createLocalJWKSet>,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    throw error instanceof errors.JWKSNoMatchingKey ? new KeysOutOfReach(error) : error;
  }
}

function sharedSecret(key: KeyObject): Verify {
  return async (token, options) => (await jwtVerify(token, key, { ...options, algorithms: SHARED })).payload;
}

/** True if the header names an asymmetric algorithm. Only chooses the verifier, which accepts no other algorithms. */
function isAsymmetric(token: string): boolean {
  try {
    const [header = ''] = token.split('.');
    const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg?: unknown };
    return typeof alg === 'string' && ASYMMETRIC.includes(alg);
  } catch {
    throw new InvalidToken();
  }
}

/**
 * True if an error says that the token is wrong. jose gives such an error a code of its own. Errors about the answer of
 * the keys' endpoint are of other classes or bear the generic code.
 */
function isAboutTheToken(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return error instanceof TypeError && !('cause' in error);
  const isAboutKeys = error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid;
  return !isAboutKeys && error.code !== 'ERR_JOSE_GENERIC';
}

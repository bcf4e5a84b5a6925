/** Injection token of the key that signed access tokens before the present one. The value may be null. */
export const PREVIOUS_AUTH_KEY = Symbol('PreviousAuthKey');

/** Injection token of the key that signs access tokens. */
export const AUTH_KEY = Symbol('AuthKey');

export const ACCESS_TOKEN_ISSUER = 'outdial';
export const ACCESS_TOKEN_AUDIENCE = 'outdial-api';
export const ACCESS_TOKEN_SECONDS = 3600;

export interface AccessTokenClaims {
  /** The user. */
  readonly sub: string;
  /** The session; its end is the end of the token. */
  readonly sid: string;
  readonly exp: number;
}

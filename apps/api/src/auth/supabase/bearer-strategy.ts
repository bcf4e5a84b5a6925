import { Strategy } from 'passport';

type Done = (error: unknown, user?: object | false) => void;

interface BearerRequest {
  readonly headers: { readonly authorization?: string };
}

/**
 * Hands the bearer token to `verify` as it is. passport-jwt verifies with jsonwebtoken, which knows no EdDSA and
 * accepts one key only. Tokens that may be signed with any of a project's keys are verified with jose instead.
 */
export class BearerStrategy extends Strategy {
  constructor(private readonly verify: (token: string, done: Done) => unknown) {
    super();
  }

  override authenticate(request: BearerRequest): void {
    const [, token] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (token === undefined) return this.fail(401);
    this.verify(token, (error, user) => {
      if (error) this.error(error);
      else if (user) this.success(user);
      else this.fail(401);
    });
  }
}

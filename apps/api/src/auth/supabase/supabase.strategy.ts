import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { SupabaseConfig } from '#config/config.js';
import type { SessionUser } from '../../http/current-user.js';
import { BearerStrategy } from './bearer-strategy.js';
import { InvalidToken } from './invalid-token.js';
import { Profiles } from './profiles.js';
import { readClaims } from './supabase-claims.js';
import { TokenVerifier } from './token-verifier.js';

/** Injection token of the Supabase project; its value is null if none is configured. */
export const SUPABASE_CONFIG = Symbol('SupabaseConfig');

/** Verifies access tokens of a Supabase project, beside Outdial's own. Rejects all of them if none is configured. */
@Injectable()
export class SupabaseStrategy extends PassportStrategy(BearerStrategy, 'supabase') {
  private readonly verifier: TokenVerifier | null;

  constructor(
    @Inject(SUPABASE_CONFIG) private readonly config: SupabaseConfig | null,
    private readonly profiles: Profiles,
  ) {
    super();
    this.verifier = config && new TokenVerifier(config);
  }

  /** Returns the user of a token; false makes the guard reject it. */
  async validate(token: string): Promise<SessionUser | false> {
    if (!this.verifier || !this.config) return false;
    try {
      const claims = readClaims(await this.verifier.verify(token));
      return (await this.profiles.findOrCreate(claims, this.config.newUsers)) ?? false;
    } catch (error) {
      if (error instanceof InvalidToken) return false;
      throw error;
    }
  }
}

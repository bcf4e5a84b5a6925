import { Inject, Injectable, type CanActivate } from '@nestjs/common';
import type { Registration } from '#config/registration-config.js';
import { Refusal } from '#rules/call/provider-rejection.js';
import { REGISTRATION, SetupTokens } from './setup-tokens.js';

/** Runs before a body is judged: where nobody can register, nobody learns anything by trying. */
@Injectable()
export class RegistrationGuard implements CanActivate {
  constructor(
    @Inject(REGISTRATION) private readonly registration: Registration,
    private readonly setup: SetupTokens,
  ) {}

  async canActivate(): Promise<boolean> {
    if (this.registration === 'closed') throw new Refusal('registration_closed');
    if (this.registration === 'first' && (await this.setup.isOver())) throw new Refusal('registration_closed');
    return true;
  }
}

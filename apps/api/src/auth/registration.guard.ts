import { Inject, Injectable, type CanActivate } from '@nestjs/common';
import type { Registration } from '#config/registration-config.js';
import { DomainError } from '#rules/errors/domain-error.js';
import { REGISTRATION, SetupTokens } from './setup-tokens.js';

/** Rejects registrations while they are closed. Runs before the body is checked, so that a try reveals nothing. */
@Injectable()
export class RegistrationGuard implements CanActivate {
  constructor(
    @Inject(REGISTRATION) private readonly registration: Registration,
    private readonly setup: SetupTokens,
  ) {}

  async canActivate(): Promise<boolean> {
    if (this.registration === 'closed') throw new DomainError('registration_closed');
    if (this.registration === 'first' && (await this.setup.isOver())) throw new DomainError('registration_closed');
    return true;
  }
}

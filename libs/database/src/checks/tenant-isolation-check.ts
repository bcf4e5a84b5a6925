import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Config } from '#config/config.js';
import { APP_ROLE } from '#config/database-roles.js';
import { ConfigurationError } from '#config/settings.js';
import { acrossTenants } from '../connection/actor.js';
import { Database } from '../connection/database.js';
import { inWords, powersOf, type LoginPower } from '../statements/ops/login-powers.js';

/**
 * Judgement of a login of DATABASE_URL with more powers than the role. `plain` rejects it, `warned` logs the powers,
 * `any` accepts it.
 */
export type LoginDemand = 'plain' | 'warned' | 'any';

export function loginDemandOf({ needsPlainLogin }: Pick<Config, 'needsPlainLogin'>): LoginDemand {
  return needsPlainLogin ? 'plain' : 'warned';
}

/** Token under which the module provides the demand on the login. */
export const LOGIN_DEMAND = Symbol('LoginDemand');

/**
 * Refuses to start a process that could pass row-level security. It checks the role in force: a pooler may drop a
 * connection's settings, and so leave the login's own role. It checks the login too: SQL that gets into a statement can
 * return to it with RESET ROLE.
 */
@Injectable()
export class TenantIsolationCheck implements OnModuleInit {
  private readonly logger = new Logger('TenantIsolationCheck');

  constructor(
    private readonly database: Database,
    @Inject(LOGIN_DEMAND) private readonly demand: LoginDemand,
  ) {}

  /**
   * Checks role and login.
   * @throws ConfigurationError with a sentence that says what to do.
   */
  async onModuleInit(): Promise<void> {
    await acrossTenants(() => this.check());
  }

  private async check(): Promise<void> {
    const [session] = await this.database.run<{ role: string; login: string }>(WHO);
    if (session?.role !== APP_ROLE) throw new ConfigurationError(notTheRole(session?.role));
    const powers = await powersOf(this.database, null);
    const ofRoles = powers.filter(({ is_of_roles }) => is_of_roles);
    if (ofRoles.length > 0) throw new ConfigurationError(rolesTooPowerful(ofRoles));
    if (powers.length === 0 || this.demand === 'any') return;
    const sentence = loginTooPowerful(session.login, powers);
    if (this.demand === 'plain') throw new ConfigurationError(sentence);
    this.logger.warn(sentence);
  }
}

const WHO = { name: 'who-am-i', text: 'SELECT current_user::text AS role, session_user::text AS login' };

function notTheRole(role: string | undefined): string {
  return (
    `DATABASE_URL: the connection works as ${role}, not as ${APP_ROLE}: ` +
    `connect directly (a pooler may drop the settings of a connection), and run npm run migrate.`
  );
}

function rolesTooPowerful(powers: readonly LoginPower[]): string {
  return (
    `The roles that Outdial works as may do too much, so that no tenant is kept from another's rows: ` +
    `${inWords(powers)}. Revoke that from them.`
  );
}

function loginTooPowerful(login: string, powers: readonly LoginPower[]): string {
  return (
    `DATABASE_URL logs in as ${login}, which could pass row-level security by: ${inWords(powers)}. ` +
    `Name a login that is only a member of ${APP_ROLE}; npm run migrate makes it (docs/operations.md, "PostgreSQL").`
  );
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { APP_ROLE } from '#config/database-roles.js';
import { ConfigurationError } from '#config/settings.js';
import { Database } from './database.js';

/** No process works with more rights than it needs: a pooler that drops what a connection asks for would give it the login's own. */
@Injectable()
export class WallCheck implements OnModuleInit {
  constructor(private readonly database: Database) {}

  /** @throws ConfigurationError when the walls between tenants would not hold. */
  async onModuleInit(): Promise<void> {
    const [session] = await this.database.run<{ role: string; is_above_walls: boolean }>(WHO);
    if (session?.role === APP_ROLE && !session.is_above_walls) return;
    throw new ConfigurationError(
      `DATABASE_URL: the connection works as ${session?.role}, not as ${APP_ROLE}: connect directly (a pooler may drop the settings of a connection), and run npm run migrate.`,
    );
  }
}

const WHO = {
  name: 'who-am-i',
  text: `
    SELECT current_user::text AS role, rolsuper OR rolbypassrls AS is_above_walls FROM pg_roles WHERE rolname = current_user`,
};

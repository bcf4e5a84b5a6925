import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import type { Sql } from '#database/connection/sql.js';
import { insertApiKey, listApiKeys, revokeApiKey } from '#database/statements/access/api-keys.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { keepAdmin } from '#database/statements/access/withdraw-invitations.js';
import { InvalidFields, DomainError } from '#rules/errors/domain-error.js';
import type { CurrentUser } from '../http/current-user.js';
import { newApiKey } from '../auth/api-key.js';
import { cursorPage, type CursorQuery } from '../fields/cursor-page.js';
import type { ApiKeysAnswer, CreateApiKeyBody, NewApiKeyAnswer } from './api-key.dto.js';

@Injectable()
export class ApiKeysService {
  constructor(private readonly database: Database) {}

  /** The key itself is in this answer and nowhere else. */
  create(user: CurrentUser, { name, scopes, expires_at = null }: CreateApiKeyBody): Promise<NewApiKeyAnswer> {
    if (expires_at !== null && Date.parse(expires_at) <= Date.now())
      throw new InvalidFields([{ field: 'expires_at', message: 'must lie ahead' }]);
    const { secret, hash, hint } = newApiKey();
    const { tenant_id: tenantId, id: createdBy } = user;
    const create = async (sql: Sql): Promise<NewApiKeyAnswer> => {
      if (!(await keepAdmin(sql, { tenantId, userId: createdBy }))) throw new DomainError('admin_required');
      const key = { tenantId, name, secretHash: hash, hint, scopes, createdBy, expiresAt: expires_at };
      const stored = await insertApiKey(sql, key);
      await recordAct(sql, tenantId, { action: 'api_key.create', subject: stored.id, detail: { scopes, expires_at } });
      return { api_key: stored, secret };
    };
    return this.database.transaction(create);
  }

  async list(tenantId: string, query: CursorQuery): Promise<ApiKeysAnswer> {
    const { rows, next_cursor } = await cursorPage('api_keys', query, (page) =>
      listApiKeys(this.database, tenantId, page),
    );
    return { api_keys: rows, next_cursor };
  }

  async revoke(tenantId: string, id: string): Promise<void> {
    await this.database.transaction(async (sql) => {
      if (!(await revokeApiKey(sql, { tenantId, id }))) throw new DomainError('api_key_not_found');
      await recordAct(sql, tenantId, { action: 'api_key.revoke', subject: id });
    });
  }
}

import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { acrossTenants, identifyActor } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { DomainError } from '#rules/errors/domain-error.js';
import type { ApiKeyUser } from '../http/current-user.js';
import { Limits } from '../limits/limits.js';
import { hashOfApiKey } from './api-key.js';
import { useApiKey } from './use-api-key.js';

const KEY_IN_HEADER = /^Bearer (od_\S+)$/i;

/** Finds the holder of the API key that a request carries. Registered globally, before the guard of tokens. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly database: Database,
    private readonly limits: Limits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest & { user?: ApiKeyUser }>();
    const [, key] = KEY_IN_HEADER.exec(request.headers.authorization ?? '') ?? [];
    if (key !== undefined) request.user = await this.holderOf(key, request.ip);
    return true;
  }

  /** Reads the key with every request, so that every process rejects a revoked key at once. */
  private async holderOf(key: string, ip: string): Promise<ApiKeyUser> {
    const hash = hashOfApiKey(key);
    const holder = hash && (await acrossTenants(() => useApiKey(this.database, hash)));
    if (!holder) {
      this.limits.noteBadToken(ip);
      throw new DomainError('token_invalid');
    }
    identifyActor({ kind: 'api_key', id: holder.id, tenantId: holder.tenant_id });
    return { ...holder, email: '', role: 'user' };
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import type { CallerIdRow } from '#database/entities/caller-id.entity.js';
import { violatesUnique } from '#database/connection/postgres-error.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import {
  callerIdWith,
  deleteCallerId,
  editCallerId,
  findCallerId,
  lockPools,
  insertCallerId,
  listCallerIds,
  type ListedCallerId,
} from '#database/statements/telephony/caller-ids.js';
import { lockAccountAgainstDeletion } from '#database/statements/telephony/telephony-accounts.js';
import { RouteResolver } from '#dialer/routes/route-resolver.js';
import { InvalidFields, DomainError, DOMAIN_ERRORS } from '#rules/errors/domain-error.js';
import { fromCursor, isTimeKey, toCursor } from '../fields/cursor.js';
import { requirePhoneNumber } from '../fields/phone-field.js';
import type { CallerIdsAnswer, CallerIdsQuery, CreateCallerIdBody, UpdateCallerIdBody } from './caller-id.dto.js';

const ORDER = 'created_at';

/**
 * The numbers that a tenant's calls come from. What is changed here holds for every call that is committed after the
 * answer.
 */
@Injectable()
export class CallerIdsService {
  constructor(
    private readonly database: Database,
    private readonly routes: RouteResolver,
  ) {}

  /** One more than a page is asked for, so that a whole pool is not followed by an empty page. */
  async list(tenantId: string, { page_size, cursor }: CallerIdsQuery): Promise<CallerIdsAnswer> {
    const after = cursor === undefined ? null : fromCursor(cursor, ORDER, isTimeKey);
    const found = await listCallerIds(this.database, tenantId, { limit: page_size + 1, after });
    const listed = found.slice(0, page_size);
    const last = found.length > page_size ? listed.at(-1) : undefined;
    return {
      caller_ids: listed.map(withoutKey),
      next_cursor: last ? toCursor(ORDER, { key: last.position_key, id: last.id }) : null,
    };
  }

  async get(tenantId: string, callerId: string): Promise<CallerIdRow> {
    const found = await findCallerId(this.database, { tenantId, callerId });
    if (!found) throw new DomainError('caller_id_not_found');
    return found;
  }

  async create(tenantId: string, body: CreateCallerIdBody): Promise<CallerIdRow> {
    const { telephony_account_id: accountId = null, daily_cap: dailyCap = null } = body;
    const phoneNumber = requirePhoneNumber(body.phone_number, { country: null, source: 'nowhere' });
    if (accountId === null && !this.routes.own.mayShow(phoneNumber))
      throw new InvalidFields([{ field: 'phone_number', message: DOMAIN_ERRORS.caller_id_not_allowed }]);
    try {
      return await this.database.transaction(async (sql) => {
        await lockPools(sql, tenantId);
        if (accountId !== null && !(await lockAccountAgainstDeletion(sql, { tenantId, accountId })))
          throw new InvalidFields([{ field: 'telephony_account_id', message: 'is no telephony account of yours' }]);
        const stored = await insertCallerId(sql, { tenantId, phoneNumber, accountId, dailyCap });
        if (!stored) throw new DomainError('caller_ids_full');
        const detail = { phone_number: phoneNumber, telephony_account_id: accountId, daily_cap: dailyCap };
        await recordAct(sql, tenantId, { action: 'caller_id.create', subject: stored.id, detail });
        return stored;
      });
    } catch (error) {
      if (!violatesUnique(error, 'caller_ids_number_key')) throw error;
      throw new DomainError('caller_id_exists', {
        caller_id: await callerIdWith(this.database, { tenantId, phoneNumber, accountId }),
      });
    }
  }

  update(tenantId: string, callerId: string, { daily_cap, is_active }: UpdateCallerIdBody): Promise<CallerIdRow> {
    return this.database.transaction(async (sql) => {
      await lockPools(sql, tenantId);
      const edited = await editCallerId(sql, { tenantId, callerId }, { daily_cap, is_active });
      if (!edited) throw new DomainError('caller_id_not_found');
      const detail = { daily_cap, is_active };
      await recordAct(sql, tenantId, { action: 'caller_id.update', subject: callerId, detail });
      return edited;
    });
  }

  /**
   * Calls keep the number that they came from; a campaign whose pool this was the last of calls from what the provider
   * shows by itself, or, over an account, pauses.
   */
  async delete(tenantId: string, callerId: string): Promise<void> {
    await this.database.transaction(async (sql) => {
      await lockPools(sql, tenantId);
      if (!(await deleteCallerId(sql, { tenantId, callerId }))) throw new DomainError('caller_id_not_found');
      await recordAct(sql, tenantId, { action: 'caller_id.delete', subject: callerId });
    });
  }
}

function withoutKey({ position_key: _key, ...callerId }: ListedCallerId): CallerIdRow {
  return callerId;
}

import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager, type FindOptionsWhere } from 'typeorm';
import { Database } from '#database/connection/database.js';
import { CallerId, type CallerIdRow, type CallerIdTerms } from '#database/entities/caller-id.entity.js';
import { hasValues } from '#database/entities/edits.js';
import { violatesUnique } from '#database/connection/postgres-error.js';
import type { Sql } from '#database/connection/sql.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import type { PageWanted } from '#database/statements/parts/filter.js';
import { findCallerId, listCallerIds } from '#database/statements/telephony/caller-ids.js';
import { lockAccountAgainstDeletion } from '#database/statements/telephony/telephony-accounts.js';
import { lockPools } from '#dialer/routes/lock-pools.js';
import { RouteResolver } from '#dialer/routes/route-resolver.js';
import { InvalidFields, DomainError, DOMAIN_ERRORS } from '#rules/errors/domain-error.js';
import { MOST_CALLER_IDS } from '#rules/route/caller-id-choice.js';
import { cursorPage } from '../fields/cursor-page.js';
import { requirePhoneNumber } from '../fields/phone-field.js';
import type { CallerIdsAnswer, CallerIdsQuery, CreateCallerIdBody, UpdateCallerIdBody } from './caller-id.dto.js';

const ORDER = 'created_at';

/**
 * Keeps the numbers that a tenant's calls come from. A change holds for every call that is committed after the answer.
 */
@Injectable()
export class CallerIdsService {
  constructor(
    private readonly database: Database,
    private readonly routes: RouteResolver,
  ) {}

  async list(tenantId: string, query: CallerIdsQuery): Promise<CallerIdsAnswer> {
    const read = (page: PageWanted) => listCallerIds(this.database, tenantId, page);
    const { rows, next_cursor } = await cursorPage(ORDER, query, read);
    return { caller_ids: rows, next_cursor };
  }

  get(tenantId: string, callerId: string): Promise<CallerIdRow> {
    return find(this.database, tenantId, callerId);
  }

  async create(tenantId: string, body: CreateCallerIdBody): Promise<CallerIdRow> {
    const callerId = this.toNumber(body);
    const accountId = callerId.telephony_account_id;
    try {
      return await this.database.transaction(async (tx) => {
        await lockPools(tx, tenantId);
        if (accountId !== null && !(await lockAccountAgainstDeletion(tx, { tenantId, accountId })))
          throw new InvalidFields([{ field: 'telephony_account_id', message: 'is no telephony account of yours' }]);
        await requireCapacity(tx.manager, tenantId, callerId);
        const { id } = await tx.manager.save(tx.manager.create(CallerId, { ...callerId, tenant_id: tenantId }));
        const stored = await find(tx, tenantId, id);
        await recordAct(tx, tenantId, { action: 'caller_id.create', subject: id, detail: { ...callerId } });
        return stored;
      });
    } catch (error) {
      if (!violatesUnique(error, 'caller_ids_number_key')) throw error;
      throw new DomainError('caller_id_exists', { caller_id: await this.idOf(tenantId, callerId) });
    }
  }

  update(tenantId: string, callerId: string, { daily_cap, is_active }: UpdateCallerIdBody): Promise<CallerIdRow> {
    const edits: Partial<CallerIdTerms> = { daily_cap, is_active };
    return this.database.transaction(async (tx) => {
      await lockPools(tx, tenantId);
      if (hasValues(edits)) await tx.manager.update(CallerId, { tenant_id: tenantId, id: callerId }, edits);
      const edited = await find(tx, tenantId, callerId);
      await recordAct(tx, tenantId, { action: 'caller_id.update', subject: callerId, detail: edits });
      return edited;
    });
  }

  /**
   * Deletes a caller id. Calls keep the number that they came from. A campaign whose pool is empty then calls from the
   * number that the installation's provider shows. A campaign that calls over an account of the tenant pauses instead.
   */
  async delete(tenantId: string, callerId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await lockPools(tx, tenantId);
      const { affected } = await tx.manager.delete(CallerId, { tenant_id: tenantId, id: callerId });
      if (affected === 0) throw new DomainError('caller_id_not_found');
      await recordAct(tx, tenantId, { action: 'caller_id.delete', subject: callerId });
    });
  }

  /** @throws InvalidFields for a number that the installation's own provider may not show. */
  private toNumber({ phone_number, telephony_account_id = null, daily_cap = null }: CreateCallerIdBody): NewCallerId {
    const phoneNumber = requirePhoneNumber(phone_number, { country: null, source: 'nowhere' });
    if (telephony_account_id === null && !this.routes.own.mayShow(phoneNumber))
      throw new InvalidFields([{ field: 'phone_number', message: DOMAIN_ERRORS.caller_id_not_allowed }]);
    return { phone_number: phoneNumber, telephony_account_id, daily_cap };
  }

  /** Returns the id of the caller id that its pool has already. */
  private async idOf(tenantId: string, callerId: NewCallerId): Promise<string | undefined> {
    const where = { ...poolOf(tenantId, callerId), phone_number: callerId.phone_number };
    const present = await this.database.transaction(({ manager }) => manager.findOneBy(CallerId, where));
    return present?.id;
  }
}

type NewCallerId = Pick<CallerId, 'phone_number' | 'telephony_account_id' | 'daily_cap'>;

async function find(sql: Sql, tenantId: string, callerId: string): Promise<CallerIdRow> {
  const found = await findCallerId(sql, { tenantId, callerId });
  if (!found) throw new DomainError('caller_id_not_found');
  return found;
}

/**
 * Counts a pool that the caller has locked, so that two requests cannot both add the last number. A number that the
 * pool has already is left to the unique index, also in a full pool.
 * @throws DomainError where the pool is full.
 */
async function requireCapacity(manager: EntityManager, tenantId: string, callerId: NewCallerId): Promise<void> {
  const pool = poolOf(tenantId, callerId);
  if ((await manager.countBy(CallerId, pool)) < MOST_CALLER_IDS) return;
  if (await manager.existsBy(CallerId, { ...pool, phone_number: callerId.phone_number })) return;
  throw new DomainError('caller_ids_full');
}

function poolOf(tenantId: string, { telephony_account_id }: NewCallerId): FindOptionsWhere<CallerId> {
  return { tenant_id: tenantId, telephony_account_id: telephony_account_id ?? IsNull() };
}

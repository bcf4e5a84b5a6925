import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import type { Sql } from '#database/connection/sql.js';
import type { DncRow } from '#database/entities/dnc-entry.entity.js';
import {
  doesOptOutStand,
  lockCampaignsWith,
  putDncEntries,
  removeDncEntries,
  suppressListed,
  type DncList,
  type NewDncEntry,
} from '#database/statements/people/dnc.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { lockNumbers } from '#database/statements/engine/locks/lock-numbers.js';
import type { Act } from '#rules/access/act.js';
import { DomainError } from '#rules/errors/domain-error.js';

/** Numbers that one transaction locks at most. */
export const MOST_LISTED_AT_ONCE = 500;

export interface Listed {
  readonly entries: readonly (DncRow & { readonly is_new: boolean })[];
  readonly contacts_suppressed: number;
}

/**
 * Changes a tenant's do-not-call lists: that of the live world, and that of its tests. Every call that is committed
 * after a change obeys it.
 */
@Injectable()
export class DoNotCall {
  constructor(private readonly database: Database) {}

  /** Adds or replaces at most `MOST_LISTED_AT_ONCE` entries. Live calls go on. */
  add(list: DncList, entries: readonly NewDncEntry[], act: Act): Promise<Listed> {
    const { tenantId } = list;
    return this.database.transaction(async (sql) => {
      await lockListed(
        sql,
        tenantId,
        entries.map(({ phone_number }) => phone_number),
      );
      const put = await putDncEntries(sql, list, entries);
      const numbers = entries.map(({ phone_number }) => phone_number);
      const listed = { entries: put, contacts_suppressed: await suppressListed(sql, list, numbers) };
      const detail = { ...act.detail, contacts_suppressed: listed.contacts_suppressed };
      await recordAct(sql, tenantId, { ...act, detail });
      return listed;
    });
  }

  /**
   * Removes an entry.
   * @throws DomainError if the person has opted out and has given no consent since.
   */
  remove(list: DncList, phoneNumber: string, act: Act): Promise<{ was_listed: boolean; released: number }> {
    const { tenantId } = list;
    return this.database.transaction(async (sql) => {
      await lockListed(sql, tenantId, [phoneNumber]);
      if (await doesOptOutStand(sql, list, phoneNumber)) throw new DomainError('opt_out_stands');
      const { removed, released } = await removeDncEntries(sql, { ...list, numbers: [phoneNumber] });
      const was_listed = removed > 0;
      if (was_listed)
        await recordAct(sql, tenantId, { ...act, detail: { ...act.detail, contacts_released: released } });
      return { was_listed, released };
    });
  }
}

/** Locks numbers, then the campaigns that have them and the named one: the order of locks. */
export async function lockListed(
  sql: Sql,
  tenantId: string,
  numbers: readonly string[],
  campaignId?: string,
): Promise<void> {
  await lockNumbers(
    sql,
    numbers.map((phone_number) => ({ tenant_id: tenantId, phone_number })),
  );
  await lockCampaignsWith(sql, tenantId, numbers, campaignId);
}

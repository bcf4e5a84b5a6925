import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import type { Sql } from '#database/connection/sql.js';
import {
  doesOptOutStand,
  lockCampaignsWith,
  putDncEntries,
  removeDncEntries,
  suppressListed,
  type DncList,
  type DncRow,
  type NewDncEntry,
} from '#database/statements/people/dnc.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { lockNumbers } from '#database/statements/engine/locks/lock-numbers.js';
import type { Act } from '#rules/access/act.js';
import { DomainError } from '#rules/errors/domain-error.js';

/** Numbers that are held in one transaction, at most. */
export const MOST_LISTED_AT_ONCE = 500;

export interface Listed {
  readonly entries: readonly (DncRow & { readonly is_new: boolean })[];
  readonly contacts_suppressed: number;
}

/**
 * A tenant's lists of numbers that must not be called: that of the live world, and that of its tests. After a change
 * has returned, every call that is committed goes by it.
 */
@Injectable()
export class DoNotCall {
  constructor(private readonly database: Database) {}

  /** Adds or replaces at most `MOST_LISTED_AT_ONCE` entries; calls on the line go on. */
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

  /** @throws Refusal while the person's own opt-out stands: only a consent that the person has given since lifts it. */
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

/** Holds numbers, then the campaigns that have them, and another one if it is named: the order of locks. */
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

import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { removeDncEntries } from '#database/statements/people/dnc.js';
import { holdImport, type TakenImport } from '#database/statements/imports/run-import.js';
import { NOBODY, noteUndone, someImportedNumbers, undoSomeLeads } from '#database/statements/imports/undo-import.js';
import { lockCampaign } from '#database/statements/engine/locks/lock-campaign.js';
import { holdListed, MOST_LISTED_AT_ONCE } from '../people/do-not-call.js';

const LEADS_TOGETHER = 500;

/**
 * Takes back what an import has added: contacts that were never dialed, and entries that the do-not-call list had not
 * before. A file of contacts has such entries where a column of it forbids calls; `undone` counts its contacts alone.
 */
@Injectable()
export class ImportUndo {
  constructor(private readonly database: Database) {}

  /** Goes on until nothing is left, or it is to stop: another goes on then. */
  async undo(taken: TakenImport, holder: string, isStopped: () => boolean): Promise<void> {
    if (taken.kind === 'contacts') {
      for (let after: string | null = NOBODY; after !== null && !isStopped();) {
        after = await this.undoLeads(taken, { holder, after });
      }
    }
    while (!isStopped() && (await this.undoNumbers(taken, holder)));
  }

  /** @returns after whom to go on; null: nobody is left. */
  private undoLeads(
    { id: importId, tenant_id: tenantId, campaign_id }: TakenImport,
    { holder, after }: { holder: string; after: string },
  ): Promise<string | null> {
    return this.database.transaction(async (sql) => {
      await lockCampaign(sql, { campaignId: campaign_id!, tenantId });
      if (!(await holdImport(sql, { importId, holder, status: 'undoing' }))) return null;
      const { last } = await undoSomeLeads(sql, { importId, after, limit: LEADS_TOGETHER });
      return last;
    });
  }

  /** @returns whether there may be more. */
  private async undoNumbers(
    { id: importId, tenant_id: tenantId, is_test: isTest, kind }: TakenImport,
    holder: string,
  ): Promise<boolean> {
    const numbers = await someImportedNumbers(this.database, importId, MOST_LISTED_AT_ONCE);
    if (numbers.length === 0) return false;
    return this.database.transaction(async (sql) => {
      await holdListed(sql, tenantId, numbers);
      if (!(await holdImport(sql, { importId, holder, status: 'undoing' }))) return false;
      const { removed } = await removeDncEntries(sql, { tenantId, isTest, numbers, importId });
      await noteUndone(sql, importId, kind === 'dnc' ? removed : 0);
      return true;
    });
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { removeDncEntries } from '#database/statements/people/dnc.js';
import { extendClaim, type ClaimedImport } from '#database/statements/imports/run-import.js';
import { NOBODY, noteUndone, someImportedNumbers } from '#database/statements/imports/undo-import.js';
import { lockCampaign } from '#database/statements/engine/locks/lock-campaign.js';
import { lockListed, MOST_LISTED_AT_ONCE } from '../people/do-not-call.js';
import { undoSomeLeads } from './undo-some-leads.js';

const LEADS_TOGETHER = 500;

/**
 * Undoes an import: removes contacts that were never dialed, and do-not-call entries that it added. A contact file adds
 * such entries if one of its columns forbids calls; `undone` counts its contacts only.
 */
@Injectable()
export class ImportUndo {
  constructor(private readonly database: Database) {}

  /** Undoes rows until none is left, or until stopped. Another worker resumes then. */
  async undo(claimed: ClaimedImport, holder: string, isStopped: () => boolean): Promise<void> {
    if (claimed.kind === 'contacts') {
      for (let after: string | null = NOBODY; after !== null && !isStopped();) {
        after = await this.undoLeads(claimed, { holder, after });
      }
    }
    while (!isStopped() && (await this.undoNumbers(claimed, holder)));
  }

  /** @returns the lead after which to resume; null: no lead is left. */
  private undoLeads(
    { id: importId, tenant_id: tenantId, campaign_id }: ClaimedImport,
    { holder, after }: { holder: string; after: string },
  ): Promise<string | null> {
    return this.database.transaction(async (sql) => {
      await lockCampaign(sql, { campaignId: campaign_id!, tenantId });
      if (!(await extendClaim(sql, { importId, holder, status: 'undoing' }))) return null;
      return undoSomeLeads(sql, { importId, after, limit: LEADS_TOGETHER });
    });
  }

  /** @returns true if there may be more. */
  private async undoNumbers(
    { id: importId, tenant_id: tenantId, is_test: isTest, kind }: ClaimedImport,
    holder: string,
  ): Promise<boolean> {
    const numbers = await someImportedNumbers(this.database, importId, MOST_LISTED_AT_ONCE);
    if (numbers.length === 0) return false;
    return this.database.transaction(async (sql) => {
      await lockListed(sql, tenantId, numbers);
      if (!(await extendClaim(sql, { importId, holder, status: 'undoing' }))) return false;
      const { removed } = await removeDncEntries(sql, { tenantId, isTest, numbers, importId });
      await noteUndone(sql, importId, kind === 'dnc' ? removed : 0);
      return true;
    });
  }
}

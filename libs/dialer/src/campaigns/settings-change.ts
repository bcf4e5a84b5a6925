import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { lockCampaign } from '#database/statements/engine/locks/lock-campaign.js';
import {
  campaignsToAskAgain,
  noteAnswered,
  OPERATORS_GATES,
  unansweredChange,
  wakeRunningCampaigns,
} from '#database/statements/ops/operator-settings.js';
import { releaseBlocked } from '#database/statements/engine/claim/release-blocked.js';

const TOGETHER = 100;

/**
 * Releases leads that wait for the operator's settings, once those have changed. If a worker dies meanwhile, the next
 * sweep repeats it.
 */
@Injectable()
export class SettingsChange {
  constructor(private readonly database: Database) {}

  async answer(): Promise<void> {
    const changes = await unansweredChange(this.database);
    if (changes === null) return;
    for (let afterId: string | null = null; ;) {
      const ids: string[] = await campaignsToAskAgain(this.database, { afterId, limit: TOGETHER });
      for (const campaignId of ids) await this.askAgain(campaignId);
      afterId = ids.at(-1) ?? null;
      if (ids.length < TOGETHER) break;
    }
    await wakeRunningCampaigns(this.database);
    await this.database.transaction((tx) => noteAnswered(tx, changes));
  }

  /** Releases the blocked leads of one campaign. That also wakes a running campaign. */
  private async askAgain(campaignId: string): Promise<void> {
    await this.database.transaction(async (sql) => {
      if (!(await lockCampaign(sql, { campaignId }))) return;
      await releaseBlocked(sql, { campaignIds: [campaignId], gates: OPERATORS_GATES });
    });
  }
}

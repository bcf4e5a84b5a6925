import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Database } from '#database/connection/database.js';
import type { Sql } from '#database/connection/sql.js';
import { acceptRestored } from '#database/statements/ops/accept-restored.js';
import { INSTALLATION, recordAct } from '#database/statements/audit/audit-log.js';
import { readRestored, type RestoredState } from '#database/statements/ops/engage-restored.js';
import { setCampaignStatus } from '#database/statements/campaigns/pause-campaign.js';
import { lockCampaignsIn } from '#database/statements/campaigns/kill-switch.js';
import { readStanding, rememberedOf } from '#database/statements/engine/place/standing.js';
import { DatabasePoll } from '#database/watch/database-poll.js';
import { DatabaseWatch } from '#database/watch/database-watch.js';
import type { Acceptance } from '#rules/restore/restore-signs.js';
import { Dispatcher } from '../publish/dispatcher.js';

export interface ReleasedDatabase {
  readonly resumed_campaigns: number;
  /** True if an operator has engaged the kill switch for another reason. It stays engaged. */
  readonly is_halted: boolean;
}

/** Database that was found to be restored from a backup. An operator releases it. */
@Injectable()
export class RestoredDatabase {
  constructor(
    private readonly database: Database,
    private readonly watch: DatabaseWatch,
    private readonly poll: DatabasePoll,
    private readonly dispatcher: Dispatcher,
  ) {}

  read(): Promise<RestoredState | undefined> {
    return readRestored(this.database);
  }

  /**
   * Accepts the database as it is now. Each process learns of it by a row in the database. A backup from before lacks
   * that row, and is found again.
   * @returns null if there is nothing to release.
   */
  async release({ resumeCampaigns }: { resumeCampaigns: boolean }): Promise<ReleasedDatabase | null> {
    const released = await this.database.transaction((sql) => this.releaseIn(sql, resumeCampaigns));
    if (released === null) return null;
    await this.poll.look();
    await this.watch.memory.keep();
    for (const campaignId of released.resumed) await this.dispatcher.dispatch(campaignId);
    return { resumed_campaigns: released.resumed.length, is_halted: released.is_halted };
  }

  private async releaseIn(sql: Sql, resumeCampaigns: boolean) {
    const accepted = await acceptRestored(sql, await this.acceptance(sql));
    if (accepted === null) return null;
    const mayResume = resumeCampaigns && !accepted.is_halted;
    const resumed = mayResume
      ? await lockCampaignsIn(sql, { tenantId: null, status: 'paused', reason: 'kill_switch' })
      : [];
    for (const campaignId of resumed) await setCampaignStatus(sql, { campaignId, status: 'running', reason: null });
    const detail = { after_restore: true, resumed_campaigns: resumed.length };
    await recordAct(sql, INSTALLATION, { action: 'kill_switch.release', subject: null, detail });
    return { resumed, is_halted: accepted.is_halted };
  }

  /** Makes an acceptance that is later than any known one, whatever the clock says. */
  private async acceptance(sql: Sql): Promise<Acceptance> {
    const present = await readStanding(sql);
    const { acceptance, ...standing } = rememberedOf(present);
    const known = (await this.watch.memory.known()).get(present.installation_id)?.acceptance;
    const earlier = [acceptance, known].map((one) => (one ? Date.parse(one.at) : 0));
    const at = new Date(Math.max(Date.now(), ...earlier.map((time) => time + 1))).toISOString();
    return { id: randomUUID(), at, standing: { ...standing, switches: null } };
  }
}

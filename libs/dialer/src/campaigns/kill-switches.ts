import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { INSTALLATION, recordAct } from '#database/statements/audit/audit-log.js';
import { requestHangups } from '#database/statements/campaigns/pause-campaign.js';
import {
  lockCampaignsIn,
  readKillSwitch,
  type KillSwitch,
  type KillSwitchScope,
} from '#database/statements/campaigns/kill-switch.js';
import { setCampaignStatus } from '#database/statements/campaigns/pause-campaign.js';
import { pauseLocked } from './campaign-pause.js';
import { Dispatcher } from '../publish/dispatcher.js';
import { InFlightCalls } from './in-flight-calls.js';
import { setKillSwitch } from './set-kill-switch.js';

export interface EngagedKillSwitch extends KillSwitch {
  /** Campaigns that were running and are paused now. */
  readonly paused_campaigns: number;
  /** Calls that are still live. */
  readonly in_flight: number;
}

/**
 * Halts all dialing of a tenant, or (scope null) of the installation. Live calls go on unless they are to be hung up.
 */
@Injectable()
export class KillSwitches {
  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    private readonly inFlight: InFlightCalls,
  ) {}

  read(scope: KillSwitchScope): Promise<KillSwitch> {
    return this.database.transaction((tx) => readKillSwitch(tx, scope));
  }

  /**
   * Engages the switch. After this no further call is committed, and no campaign can be started. Safe to call twice.
   */
  async engage(
    scope: KillSwitchScope,
    { reason, hangupInFlight = false }: { reason: string | null; hangupInFlight?: boolean },
  ): Promise<EngagedKillSwitch> {
    const campaignIds = await this.database.transaction(async (sql) => {
      await setKillSwitch(sql, scope, { isEngaged: true, reason });
      const running = await lockCampaignsIn(sql, { tenantId: scope, status: 'running', reason: null });
      for (const campaignId of running) await pauseLocked(sql, { campaignId, reason: 'kill_switch' });
      if (hangupInFlight) await requestHangups(sql, running);
      const detail = { reason, hangup_in_flight: hangupInFlight, paused_campaigns: running.length };
      await recordAct(sql, scope ?? INSTALLATION, { action: 'kill_switch.engage', subject: null, detail });
      return running;
    });
    const in_flight = await this.inFlight.waitForOpenRequests(campaignIds);
    return { ...(await this.read(scope)), paused_campaigns: campaignIds.length, in_flight };
  }

  /**
   * Releases the switch. Campaigns that it paused are resumed only on request.
   * @returns the number of resumed campaigns.
   */
  async release(scope: KillSwitchScope, { resumeCampaigns }: { resumeCampaigns: boolean }): Promise<number> {
    const campaignIds = await this.database.transaction(async (sql) => {
      await setKillSwitch(sql, scope, { isEngaged: false, reason: null });
      const paused = resumeCampaigns
        ? await lockCampaignsIn(sql, { tenantId: scope, status: 'paused', reason: 'kill_switch' })
        : [];
      for (const campaignId of paused) await setCampaignStatus(sql, { campaignId, status: 'running', reason: null });
      const detail = { resumed_campaigns: paused.length };
      await recordAct(sql, scope ?? INSTALLATION, { action: 'kill_switch.release', subject: null, detail });
      return paused;
    });
    for (const campaignId of campaignIds) await this.dispatcher.dispatch(campaignId);
    return campaignIds.length;
  }
}

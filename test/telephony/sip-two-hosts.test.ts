import type { INestApplicationContext } from '@nestjs/common';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCampaign } from '../engine/dialing/stage.js';
import { dramaNumber } from '../support/running-api.js';
import { startWorker } from '../support/running-worker.js';
import { testConfig } from '../support/test-config.js';
import { until } from '../support/until.js';
import { HAS_SIP } from './sip/installed.js';
import { calleeScenario } from './sip/scenarios.js';
import { SipSite } from './sip/sip-site.js';
import { setCarrierStage, type CarrierStage } from './system/carrier-stage.js';
import { SipExchange, type Person } from './system/sip-exchange.js';

const ANSWERS: Person = (status) => (status === 'in_progress' ? null : 'answer');

/** Two workers, each with a directory of its own, as on two hosts, and one trunk. */
describe.skipIf(!HAS_SIP)('A second worker elsewhere (apt-get install baresip-core sip-tester)', () => {
  let site: SipSite;
  let exchange: SipExchange;
  let stage: CarrierStage;
  let second: INestApplicationContext;

  const settingsIn = (name: string) => ({
    TELEPHONY_PROVIDER: 'sip',
    OUTDIAL_DATA_DIR: join(site.directory, name),
    SIP_TRUNK: `127.0.0.1:${site.callee.port}`,
    SIP_USER: 'outdial',
    SIP_LOCAL_ADDRESS: '127.0.0.1',
    SIP_AUDIO_FILE: site.prompt(60),
    SIP_DRAIN_SECONDS: '0',
    CALLS_PER_SECOND: '100',
  });
  const hasEngine = (name: string) => existsSync(join(site.directory, name, 'sip', 'engine.json'));
  const talkWith = async (from: number) => {
    const { id: campaignId } = await startCampaign(stage, { count: 1, from });
    const statusIs = async (status: string) => (await stage.callsOf(campaignId))[0]?.status === status;
    await exchange.playUntil({ stage, campaignId }, 'they talk', () => statusIs('in_progress'));
    return { campaignId, statusIs };
  };
  /** Waits until the worker that sweeps has looked the call up `times` times. */
  const isLookedUp = async (times: number) => {
    await stage.database.query('UPDATE dialer_jobs SET lookups = 0');
    await until('it has been asked about', async () => {
      const due = 'UPDATE dialer_jobs SET check_at = now() WHERE check_at IS NOT NULL RETURNING lookups';
      const [job] = await stage.database.query<{ lookups: number }>(due);
      return job === undefined || job.lookups >= times;
    });
  };

  beforeEach(async () => {
    site = await SipSite.open(calleeScenario());
    exchange = new SipExchange(site, () => ANSWERS);
    stage = await setCarrierStage(settingsIn('first'));
    await until('the first is the owner', async () => hasEngine('first'));
    second = await startWorker(testConfig(stage.database.url, settingsIn('second')));
  });

  afterEach(async () => {
    await second.close();
    await stage.close();
    await site.close();
  });

  it('declares no call lost that the first carries, and keeps it from hanging up none', async () => {
    const { campaignId, statusIs } = await talkWith(0);
    await isLookedUp(3);
    expect(await statusIs('in_progress')).toBe(true);
    await stage.client.post(`/campaigns/${campaignId}/stop`, { hangup_in_flight: true });
    await stage.untilNothingIsLive();
    expect(await statusIs('completed')).toBe(true);
    expect([exchange.callsTo(dramaNumber(0)), hasEngine('second')]).toEqual([1, false]);
  });

  it('takes over with an engine of its own when the first ends, which leaves no call behind', async () => {
    const { statusIs } = await talkWith(0);
    await stage.worker.close();
    expect(await statusIs('completed')).toBe(true);
    await until('everybody knows it', async () => site.callee.invitations.every(({ isOver }) => isOver));
    const after = await talkWith(1);
    expect(hasEngine('second')).toBe(true);
    await isLookedUp(3);
    expect(await after.statusIs('in_progress')).toBe(true);
  });
});

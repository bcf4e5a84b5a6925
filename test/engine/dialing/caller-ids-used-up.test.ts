import { describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { startCampaign } from './stage.js';
import { ONE, TWO, useCallerIdStage } from './caller-id-stage.js';

describe('Caller ids that are used up, with the queue on postgres', () => {
  const stage = useCallerIdStage('postgres');
  const { carrier } = stage;

  it('when they are used up keep people waiting for the next day, without an attempt', async () => {
    await stage.add(ONE, 2);
    const campaign = await startCampaign(stage, { count: 6, max_concurrent_calls: 4, retry_failed: false });
    await stage.dialed(2);
    await until('nothing more is placed', () => stage.isQuiet());
    expect(carrier.requests).toHaveLength(2);
    const midnight = new Date(new Date().setUTCHours(24, 0, 0, 0)).toISOString();
    const waiting = await stage.database.query(`
      SELECT block_code, next_attempt_at FROM leads WHERE call_attempts = 0 AND block_code IS NOT NULL`);
    expect(waiting).toEqual([
      { block_code: 'caller_ids_used', next_attempt_at: new Date(midnight) },
      { block_code: 'caller_ids_used', next_attempt_at: new Date(midnight) },
    ]);
    const preflight = await stage.client.post(`/campaigns/${campaign.id}/preflight`);
    expect(preflight.body).toMatchObject({
      line_obstacle: null,
      contacts: { now: 0 },
      reasons: [{ code: 'caller_ids_used', contacts: 4, until: midnight }],
    });
    const [lead] = await stage.database.query(`SELECT id FROM leads WHERE call_attempts = 0 LIMIT 1`);
    const eligibility = await stage.client.get(`/campaigns/${campaign.id}/contacts/${lead!['id']}/eligibility`);
    expect(eligibility.body).toMatchObject({
      is_eligible: false,
      code: 'caller_ids_used',
      next_eligible_at: midnight,
    });
    const diagnostics = await stage.client.get<{ blocked_by: { code: string; until: string }[] }>(
      `/campaigns/${campaign.id}/diagnostics`,
    );
    expect(diagnostics.body.blocked_by).toContainEqual(
      expect.objectContaining({ code: 'caller_ids_used', until: midnight }),
    );
    const [sleeping] = await stage.database.query(`SELECT wake_at FROM campaigns WHERE id = $1`, [campaign.id]);
    for (const n of [0, 1]) stage.end(n);
    await until('it sleeps until midnight', async () => {
      const [row] = await stage.database.query<{ wake_at: Date | null }>(
        `SELECT wake_at FROM campaigns WHERE id = $1`,
        [campaign.id],
      );
      return row?.wake_at?.toISOString() === midnight;
    });
    expect(sleeping).toBeDefined();
    await stage.add(TWO);
    await stage.dialed(6);
    expect(stage.froms().slice(2)).toEqual([TWO, TWO, TWO, TWO]);
  });

  it('begin anew with the day', async () => {
    const id = await stage.add(ONE, 1);
    await startCampaign(stage, { count: 2, max_concurrent_calls: 1, retry_failed: false });
    await stage.dialed(1);
    stage.end(0);
    await until('the call is over', async () => {
      const [job] = await stage.database.query('SELECT FROM dialer_jobs WHERE finished_at IS NOT NULL');
      return job;
    });
    await until('nothing more is placed', () => stage.isQuiet());
    expect(carrier.requests).toHaveLength(1);
    await stage.database.query(`UPDATE caller_ids SET used_on = used_on - 1 WHERE id = $1`, [id]);
    await stage.database.query(`UPDATE campaigns SET wake_at = now()`);
    await stage.dialed(2);
    const { body } = await stage.client.get<{ caller_id: { calls_today: number } }>(`/caller-ids/${id}`);
    expect(body.caller_id.calls_today).toBe(1);
  });
});

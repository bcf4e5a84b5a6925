import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CallRecorder } from '#dialer/record/call-recorder.js';
import { Erasure } from '#dialer/people/erasure.js';
import { Retention } from '#dialer/people/retention.js';
import { setStage, startCampaign, type Stage } from '../engine/dialing/stage.js';
import { eventOf, ObedientCarrier } from '../support/obedient-carrier.js';
import { dramaNumber } from '../support/running-api.js';
import { until } from '../support/until.js';

/** A carrier whose recordings Outdial can reach, but for those that a test puts out of reach. */
class RecordingCarrier extends ObedientCarrier {
  readonly kept = new Set<string>();
  readonly isOutOfReach = new Set<string>();

  async deleteRecording(recordingUrl: string): Promise<'deleted' | 'unavailable'> {
    if (this.isOutOfReach.has(recordingUrl)) return 'unavailable';
    this.kept.delete(recordingUrl);
    return 'deleted';
  }
}

const urlOf = (n: number) => `kept-here:${n}`;

describe('Recordings that lie where we can reach them', () => {
  let stage: Stage;
  let carrier: RecordingCarrier;

  beforeEach(async () => {
    carrier = new RecordingCarrier();
    stage = await setStage('postgres', carrier);
    await startCampaign(stage, { count: 3, max_concurrent_calls: 3 });
    await until('all are called', async () => carrier.requests.length === 3);
    for (const [n, { dialerJobId }] of numbered().entries()) {
      carrier.kept.add(urlOf(n));
      await stage.worker.get(CallRecorder).record(eventOf(dialerJobId, 'completed', { recordingUrl: urlOf(n) }));
    }
  });

  afterEach(() => stage.close());

  const numbered = () => carrier.requests.toSorted((one, other) => one.to.localeCompare(other.to));
  const rows = () =>
    stage.database.query<{ source_url: string }>('SELECT source_url FROM recordings ORDER BY 1').then(urlsOf);
  const shown = () =>
    stage.database
      .query<{ source_url: string }>('SELECT source_url FROM recordings WHERE NOT is_erased ORDER BY 1')
      .then(urlsOf);
  const urlsOf = (found: readonly { source_url: string }[]) => found.map(({ source_url }) => source_url);
  const tenantId = async () => (await stage.database.query<{ id: string }>('SELECT id FROM tenants'))[0]!.id;
  const erase = async (n: number) => stage.worker.get(Erasure).erase(await tenantId(), dramaNumber(n));
  const keepFor = (days: number) => stage.client.patch('/tenant', { retention: { recordings_days: days } });
  const age = (days: number) =>
    stage.database.query(`UPDATE recordings SET created_at = now() - $1 * interval '1 day'`, [days]);

  it('are deleted there when their days are over, and only then forgotten', async () => {
    await keepFor(30);
    await age(29);
    const retention = stage.worker.get(Retention);
    expect(await retention.apply()).toMatchObject({ recordings: 0 });
    expect(carrier.kept.size).toBe(3);
    await age(31);
    carrier.isOutOfReach.add(urlOf(0));
    expect(await retention.apply()).toMatchObject({ recordings: 2 });
    expect([[...carrier.kept], await rows()]).toEqual([[urlOf(0)], [urlOf(0)]]);
    carrier.isOutOfReach.clear();
    expect(await retention.apply()).toMatchObject({ recordings: 1 });
    expect([[...carrier.kept], await rows()]).toEqual([[], []]);
  });

  it('go with the person, and are not left with anybody', async () => {
    const report = await erase(1);
    expect(report).toMatchObject({ erased: { recordings: 1 }, left_with_providers: [] });
    expect([[...carrier.kept], await rows()]).toEqual([
      [urlOf(0), urlOf(2)],
      [urlOf(0), urlOf(2)],
    ]);
  });

  it('of a person who was erased while they were out of reach are nobody’s, and go with the next round', async () => {
    carrier.isOutOfReach.add(urlOf(1));
    const report = await erase(1);
    expect(report.left_with_providers).toEqual([
      { call_id: expect.any(String), provider: 'obedient', provider_call_id: expect.stringMatching(/^call-/) },
    ]);
    expect([await shown(), await rows()]).toEqual([
      [urlOf(0), urlOf(2)],
      [urlOf(0), urlOf(1), urlOf(2)],
    ]);
    const callId = report.left_with_providers[0]!.call_id;
    expect((await stage.client.get(`/calls/${callId}/recording`)).status).toBe(404);
    expect(
      (await stage.client.get<{ recording_id: unknown }>(`/calls/${callId}`)).body.recording_id ?? null,
    ).toBeNull();
    carrier.isOutOfReach.clear();
    expect(await stage.worker.get(Retention).apply()).toMatchObject({ recordings: 1 });
    expect(await rows()).toEqual([urlOf(0), urlOf(2)]);
    expect([...carrier.kept]).toEqual([urlOf(0), urlOf(2)]);
  });
});

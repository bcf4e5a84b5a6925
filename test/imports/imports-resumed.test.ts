import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setStage, type Stage } from '../engine/dialing/stage.js';
import { ObedientCarrier } from '../support/obedient-carrier.js';
import { createCampaign } from '../support/running-api.js';
import { until } from '../support/until.js';

interface ImportBody {
  readonly id: string;
  readonly status: string;
}

/** Fails in the middle of a batch, and between two, again and again; passes are counted over all tries. */
const FAILING = 'import.stored:throw:2,import.committed:throw:3,import.stored:throw:5,import.committed:throw:6';

const ROWS = 6_000;

describe('An import that is interrupted', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await setStage('postgres', new ObedientCarrier(), { OUTDIAL_FAILPOINTS: FAILING });
  });
  afterEach(() => stage.close());

  it('comes to the same totals as one that is not', async () => {
    const { client, database } = stage;
    const campaign = await createCampaign(client);
    await client.post('/dnc', { phone_number: '+447933300001' });
    const rows = Array.from({ length: ROWS }, (_, n) =>
      n % 10 === 0 ? 'nobody' : `+4479333${String(n % 5_000).padStart(5, '0')}`,
    );
    const response = await fetch(`${client.origin}/api/v1/campaigns/${campaign.id}/imports`, {
      method: 'POST',
      headers: { authorization: `Bearer ${client.token}`, 'content-type': 'text/csv' },
      body: `phone\n${rows.join('\n')}\n`,
    });
    const { import: sent } = (await response.json()) as { import: ImportBody };
    let done: ImportBody | null = null;
    await until('it is completed', async () => {
      done = (await client.get<{ import: ImportBody }>(`/imports/${sent.id}`)).body.import;
      return done.status === 'completed';
    });
    const good = new Set(rows.filter((row) => row !== 'nobody'));
    expect(done).toMatchObject({
      rows_read: ROWS,
      invalid: ROWS / 10,
      suppressed: 1,
      created: good.size - 1,
      duplicate_existing: 0,
      duplicate_in_file: ROWS - ROWS / 10 - good.size,
    });
    const [count] = await database.query<{ n: number }>(`SELECT count(*)::int AS n FROM leads WHERE campaign_id = $1`, [
      campaign.id,
    ]);
    expect(count!.n).toBe(good.size);
    const [refused] = await database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM import_rows WHERE import_id = $1`,
      [sent.id],
    );
    expect(refused!.n).toBe(ROWS - (good.size - 1));
  });
});

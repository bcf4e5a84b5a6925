import { describe, expect, it } from 'vitest';
import { seededRandom } from '#rules/values/seeded-random.js';
import type { Operation } from '../../security/operations.js';
import { useAskedApi } from './asked-api.js';
import { complaintAbout } from './judge.js';
import { requestOptions } from './options.js';

const { seed } = requestOptions();

/** Number of requests that are under way at the same time. */
const SHARES = 4;

describe('Requests by the OpenAPI document', () => {
  const api = useAskedApi();

  it('never fail for a value that looks right and is not, in any parameter or field', async () => {
    const { contract, sender } = api;
    const drawer = await api.newDrawer(seededRandom(seed, 'strange'));
    const wrong: string[] = [];
    let asked = 0;
    const keepAsking = async (operations: readonly Operation[]) => {
      for (const operation of operations)
        for await (const drawn of drawer.strangeRequests(operation)) {
          asked++;
          const complaint = complaintAbout(contract, drawn, await sender.send(drawn));
          if (complaint) wrong.push(`${operation.id} (${drawn.twist}) ${complaint}`);
        }
    };
    const shares = Array.from({ length: SHARES }, (_, share) =>
      contract.operations.filter((_, n) => n % SHARES === share),
    );
    await Promise.all(shares.map(keepAsking));
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(asked).toBeGreaterThan(3_000);
  }, 600_000);
});

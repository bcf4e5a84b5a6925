import { describe, expect, it, vi } from 'vitest';
import { seededRandom } from '#rules/values/seeded-random.js';
import type { Operation } from '../../security/operations.js';
import { useAskedApi } from './asked-api.js';
import type { Kind } from './drawn-request.js';
import { complaintAbout, Tally } from './judge.js';
import { requestOptions } from './options.js';

const { count, seed } = requestOptions();

/** Tenants that are asked at the same time. */
const ASKERS = 4;
/** A tenant gets full of what is made in it, and some of what it had is gone. */
const REQUESTS_OF_A_TENANT = 300;

/** Take nothing that could be wrong, and are asked without a token. */
const NEVER_REFUSED = ['GET /livez', 'GET /readyz'];

/** Kinds of requests in the order of their turns, so that a short run has all of them. */
const KINDS: readonly Kind[] = ['good', 'bad', 'strange', 'good', 'bad', 'strange', 'strange'];

describe(`${count} requests by the OpenAPI document`, () => {
  const asked = useAskedApi();

  it(`are answered as it says, and never by a fault of the server (seed ${seed})`, async () => {
    const tally = new Tally(asked.contract.operations.map(({ id }) => id));
    const wrong: string[] = [];
    const askers = Array.from({ length: ASKERS }, (_, asker) => keepAsking(asker, tally, wrong));
    await Promise.all(askers);
    vi.restoreAllMocks();
    console.log(
      [
        tally.table(),
        `${wrong.length} answers are wrong`,
        ...tally.untested(NEVER_REFUSED),
        ...[...new Set(wrong)].slice(0, 200),
      ].join('\n'),
    );
    expect([...new Set(wrong)].slice(0, 20)).toEqual([]);
    expect(tally.untested(NEVER_REFUSED)).toEqual([]);
    expect(asked.written.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  }, 14_400_000);

  async function keepAsking(asker: number, tally: Tally, wrong: string[]): Promise<void> {
    const random = seededRandom(seed, 'requests', String(asker));
    let drawer = await asked.newDrawer(random);
    for (let n = asker, turn = 0; n < count; n += ASKERS, turn++) {
      if (turn > 0 && turn % REQUESTS_OF_A_TENANT === 0) drawer = await asked.newDrawer(random);
      const [operation, kind] = turnOf(n);
      const drawn = await drawer.draw(operation, kind);
      const seen = await asked.sender.send(drawn);
      tally.count(drawn, seen);
      const complaint = complaintAbout(asked.contract, drawn, seen);
      if (complaint) wrong.push(`${operation.id} (${kind} ${drawn.twist}) ${complaint}`);
    }
  }

  /** All operations with one kind of request, then with the next. */
  function turnOf(n: number): [Operation, Kind] {
    const { operations } = asked.contract;
    const kind = KINDS[Math.floor(n / operations.length) % KINDS.length]!;
    return [operations[n % operations.length]!, kind];
  }
});

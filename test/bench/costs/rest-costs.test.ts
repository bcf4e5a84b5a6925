import { describe, expect, it } from 'vitest';
import type { CostSample } from './cost-sample.js';
import { withoutRest, type RestCost } from './rest-costs.js';

describe('the cost of a call', () => {
  it('leaves out the statements and round trips that are sent at rest as well', () => {
    const sample = { units: 200, seconds: 60, statements: 42, round_trips: 40, row_versions: 33 } as CostSample;
    const rest = { statements_per_minute: 600, round_trips_per_minute: 400 } as RestCost;
    expect(withoutRest(sample, rest)).toMatchObject({ statements: 39, round_trips: 38, row_versions: 33 });
  });
});

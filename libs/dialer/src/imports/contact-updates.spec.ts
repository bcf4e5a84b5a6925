import { describe, expect, it } from 'vitest';
import type { Sql } from '#database/connection/sql.js';
import { REPLACEABLE_FIELDS } from '#rules/lead/duplicate-rule.js';
import { updatesOf, type NumberedRow } from './contact-updates.js';

const FILLED = {
  first_name: 'Ada',
  last_name: 'Lovelace',
  email: 'ada@example.com',
  timezone: 'Europe/London',
  custom_fields: { plan: 'gold' },
};
const EMPTY = { first_name: null, last_name: null, email: null, timezone: null, custom_fields: {} };

/** No contact has custom fields yet. */
const sql: Sql = { run: () => Promise.resolve([]) };

const row = { record: FILLED, phone_number: '+442079460001', person_hashes: ['h'] } as unknown as NumberedRow;

describe('updatesOf', () => {
  it.each(REPLACEABLE_FIELDS)('replaces %s alone, if the rule names nothing else', async (field) => {
    const { updates } = await updatesOf(sql, { campaignId: 'c', rows: [row], fields: [field] });
    expect(updates).toEqual([
      { phone_number: '+442079460001', person_hashes: ['h'], ...EMPTY, [field]: FILLED[field] },
    ]);
  });

  it('replaces everything that the rule names', async () => {
    const { updates } = await updatesOf(sql, { campaignId: 'c', rows: [row], fields: REPLACEABLE_FIELDS });
    expect(updates).toEqual([{ phone_number: '+442079460001', person_hashes: ['h'], ...FILLED }]);
  });
});

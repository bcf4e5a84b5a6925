import { beforeEach, describe, expect, it } from 'vitest';
import { CallerIds } from './caller-ids.js';
import { VapiApi } from './vapi-api.js';
import { VAPI_API_URL } from './vapi-settings.js';

const NUMBER = '+442079460000';

/** Organisation with one number, which gets a new id at each look-up. */
class NotedApi extends VapiApi {
  asked = 0;
  isAway = false;

  override async read(): Promise<unknown> {
    if (this.isAway) throw new Error('away');
    this.asked += 1;
    return [{ id: `id-${this.asked}`, number: NUMBER }, { id: 'of-none' }, 7];
  }
}

describe('What Vapi calls our numbers by', () => {
  let nowMs: number;
  let api: NotedApi;
  let ids: CallerIds;

  beforeEach(() => {
    nowMs = 0;
    api = new NotedApi({ apiKey: 'key', apiUrl: VAPI_API_URL });
    ids = new CallerIds(api, () => nowMs);
  });

  it('is asked for once, by however many at a time', async () => {
    expect(await Promise.all([ids.idOf(NUMBER), ids.idOf(NUMBER)])).toEqual(['id-1', 'id-1']);
    expect(await ids.idOf(NUMBER)).toBe('id-1');
    expect(api.asked).toBe(1);
  });

  it('is asked for again after ten minutes', async () => {
    await ids.idOf(NUMBER);
    nowMs = 599_999;
    expect([await ids.idOf(NUMBER), ids.knownIdOf(NUMBER)]).toEqual(['id-1', 'id-1']);
    nowMs = 600_000;
    expect(ids.knownIdOf(NUMBER)).toBeNull();
    expect(await ids.idOf(NUMBER)).toBe('id-2');
  });

  it('is asked for again once it was forgotten, and no other is', async () => {
    await ids.idOf(NUMBER);
    ids.forget('+442079460001');
    expect(await ids.idOf(NUMBER)).toBe('id-1');
    ids.forget(NUMBER);
    expect(ids.knownIdOf(NUMBER)).toBeNull();
    expect(await ids.idOf(NUMBER)).toBe('id-2');
  });

  it('is not asked for to know whether it is known', () => {
    expect([ids.knownIdOf(NUMBER), api.asked]).toEqual([null, 0]);
  });

  it('is nothing for a number that it does not have, and not known while it cannot be asked', async () => {
    expect(await ids.idOf('+442079460001')).toBeNull();
    api.isAway = true;
    nowMs = 600_000;
    await expect(ids.idOf(NUMBER)).rejects.toThrow('away');
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallReference } from '#telephony/port/telephony-provider.js';
import { makeTwilioLab, type TwilioLab } from './twilio/twilio-lab.js';

const SECOND_MS = 1000;

describe('Calls of Twilio between the same numbers, seconds apart', () => {
  let nowMs: number;
  let lab: TwilioLab;
  beforeEach(async () => {
    nowMs = Date.UTC(2026, 10, 2, 10);
    lab = await makeTwilioLab({ now: () => new Date(nowMs) });
  });
  afterEach(() => lab.close());

  async function place(n: number): Promise<CallReference> {
    const request = { ...lab.request(n), to: lab.request(0).to, placedAt: new Date(nowMs) };
    const result = await lab.provider.placeCall(request, AbortSignal.timeout(5_000));
    return { ...request, providerCallId: result.kind === 'accepted' ? result.providerCallId : null };
  }

  it('are all told of one of them that is searched for, the earliest first', async () => {
    const calls: CallReference[] = [];
    for (let n = 0; n < 3; n++) {
      calls.push(await place(n));
      nowMs += 4 * SECOND_MS;
    }
    const [first, second, third] = calls as [CallReference, CallReference, CallReference];
    const lookup = await lab.provider.lookUp({ ...second, providerCallId: null });
    if (lookup.kind !== 'found') throw new Error(lookup.kind);
    const told = [lookup.report, ...(lookup.others ?? [])];
    expect(told.map(({ providerCallId }) => providerCallId)).toEqual(
      [first, second, third].map(({ providerCallId }) => providerCallId),
    );
    expect(new Set(told.map(({ dialerJobId }) => dialerJobId))).toEqual(new Set([second.dialerJobId]));
    expect(await lab.provider.lookUp(second)).toMatchObject({
      report: { providerCallId: second.providerCallId },
      others: [],
    });
  });
});

import { describe, expect, it, type TestContext } from 'vitest';
import type { ListedCall } from '#telephony/port/telephony-provider.js';
import { CALL_ENDS } from './call-ends.js';
import { factsOf } from './heard.js';
import type { PlacedCall, Stage } from './stage.js';

const MINUTE_MS = 60_000;

/** Describes how a worker lists calls after a restore, to find those that the database has forgotten. */
export function describeListing(stage: Stage): void {
  const listed = async (since: Date): Promise<readonly ListedCall[]> => {
    const listing = await stage.lab.provider.listCalls!(since);
    if (listing.kind !== 'listed') throw new Error(JSON.stringify(listing));
    return listing.calls;
  };
  const needsList = ({ skip }: TestContext) => skip(!stage.lab.listsCalls, 'this lab lists no calls');
  const of = (calls: readonly ListedCall[], { byId }: PlacedCall) =>
    calls.filter(({ report: event }) => event.providerCallId === byId.providerCallId);

  describe('asked for all calls since a time', () => {
    it.for(CALL_ENDS)('has one that ended with $steps, with its number and its end', async (end, context) => {
      needsList(context);
      stage.needs(context, ...end.steps);
      const call = await stage.accepted(...end.steps);
      const { to, placedAt } = call.request;
      const [one, ...others] = of(await listed(placedAt), call);
      expect(others).toEqual([]);
      expect(one!.to).toBe(to);
      expect([null, call.request.dialerJobId]).toContain(one!.dialerJobId);
      expect(Math.abs(one!.createdAt.getTime() - placedAt.getTime())).toBeLessThan(MINUTE_MS);
      const facts = factsOf([one!.report]);
      expect(facts.status).toBe(end.status);
      expect(end.outcomes).toContain(facts.outcome);
    });

    it('has those that are on the line, and those whose create request was never answered', async (context) => {
      needsList(context);
      stage.needs(context, 'ring', 'answer', 'lose_answer');
      const [talking, unknown] = [await stage.accepted('ring', 'answer'), await stage.place('lose_answer')];
      const calls = await listed(talking.request.placedAt);
      expect(of(calls, talking)).toMatchObject([{ report: { status: 'in_progress' } }]);
      expect(calls.filter(({ to }) => to === unknown.request.to)).toHaveLength(1);
    });

    it('has all of more than a page', async (context) => {
      needsList(context);
      const calls = await Promise.all(Array.from({ length: 210 }, () => stage.accepted()));
      const ids = (await listed(calls[0]!.request.placedAt)).map(({ report: event }) => event.providerCallId);
      expect(ids).toHaveLength(calls.length);
      expect(new Set(ids)).toEqual(new Set(calls.map(({ byId }) => byId.providerCallId)));
    });

    it('leaves out those of before', async (context) => {
      needsList(context);
      await stage.accepted('fail');
      expect(await listed(new Date(Date.now() + 10 * MINUTE_MS))).toEqual([]);
    });

    it('while nobody listens, says so instead of none', async (context) => {
      needsList(context);
      stage.needs(context, 'unreachable');
      const { request } = await stage.place('unreachable');
      expect((await stage.lab.provider.listCalls!(request.placedAt)).kind).toBe('unavailable');
    });
  });
}

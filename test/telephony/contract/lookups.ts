import { describe, expect, it } from 'vitest';
import { isFinalCallStatus, type CallStatus } from '#rules/call/call-status.js';
import type { CallStep } from '../provider-lab.js';
import { CALL_ENDS } from './call-ends.js';
import { expectWellFormed, factsOf, seenAs } from './heard.js';
import type { Stage } from './stage.js';

/** A call that begins to ring by itself may be told as ringing from the start. */
const LIVE_STATES: readonly { steps: readonly CallStep[]; statuses: readonly CallStatus[] }[] = [
  { steps: [], statuses: ['initiated', 'ringing'] },
  { steps: ['ring'], statuses: ['ringing'] },
  { steps: ['ring', 'answer'], statuses: ['in_progress'] },
];

const STATES = [...LIVE_STATES, ...CALL_ENDS.map(({ steps, status }) => ({ steps, statuses: [status] }))].map(
  ({ steps, statuses }) => ({ steps, statuses, after: steps.join(', ') || 'nothing' }),
);

const DAY_MS = 86_400_000;

export function describeLookingUp(stage: Stage): void {
  describe('asked about a call', () => {
    it.for(STATES)('after $after, tells its state, by its id as by our key', async ({ steps, statuses }, context) => {
      stage.needs(context, ...steps);
      const { byKey, byId } = await stage.accepted(...steps);
      for (const call of [byId, byKey]) {
        const event = await seenAs(stage.lab, call, statuses);
        expectWellFormed(event, call.dialerJobId);
        expect(event.providerCallId).toBe(byId.providerCallId);
      }
    });

    it.for(CALL_ENDS)('that ended with $steps, tells the end without any report', async (end, context) => {
      stage.needs(context, ...end.steps);
      const { byId } = await stage.accepted(...end.steps);
      const facts = factsOf([await seenAs(stage.lab, byId, [end.status])]);
      expect(facts.status).toBe(end.status);
      expect(end.outcomes).toContain(facts.outcome);
    });

    it('says the same under the same name, and something else under another', async (context) => {
      stage.needs(context, 'ring', 'answer');
      const call = await stage.accepted('ring');
      const ringing = await seenAs(stage.lab, call.byId, ['ringing']);
      expect((await seenAs(stage.lab, call.byId, ['ringing'])).reportKey).toBe(ringing.reportKey);
      await stage.walk(call, 'answer');
      expect((await seenAs(stage.lab, call.byId, ['in_progress'])).reportKey).not.toBe(ringing.reportKey);
    });

    it('that is on the line, tells when it began and how old it is by the provider’s own clock', async (context) => {
      stage.needs(context, 'ring');
      const call = await stage.accepted('ring');
      const { startedAt, ageSeconds } = await seenAs(stage.lab, call.byId, ['ringing']);
      if (stage.lab.tellsNoStart) return expect([startedAt, ageSeconds]).toEqual([undefined, undefined]);
      const sinceCommit = (startedAt!.getTime() - call.request.placedAt.getTime()) / 1000;
      expect(Math.abs(sinceCommit)).toBeLessThan(60);
      expect(ageSeconds).toBeGreaterThanOrEqual(0);
      expect(ageSeconds).toBeLessThan(60);
    });

    it('that never was, finds none', async () => {
      const call = { ...stage.nextRequest(), providerCallId: null };
      expect((await stage.lab.provider.lookUp(call)).kind).toBe('not_found');
      const longAgo = { ...call, placedAt: new Date(call.placedAt.getTime() - DAY_MS) };
      expect((await stage.lab.provider.lookUp(longAgo)).kind).toBe('not_found');
    });

    it('of an id that it never gave, finds none', async () => {
      const call = { ...stage.nextRequest(), providerCallId: 'never-given' };
      expect((await stage.lab.provider.lookUp(call)).kind).toBe('not_found');
    });

    it('while nobody listens, never says that it has ended', async (context) => {
      stage.needs(context, 'unreachable');
      const { byKey } = await stage.place('unreachable');
      const seen = await stage.lab.provider.lookUp(byKey);
      expect(seen.kind).not.toBe('found');
      expect(seen).not.toMatchObject({ kind: 'not_found', isFinal: true });
    });

    it('that is on the line, never says that it is over', async (context) => {
      stage.needs(context, 'ring', 'answer');
      const { byKey, byId } = await stage.accepted('ring', 'answer');
      for (const call of [byId, byKey]) {
        const seen = await stage.lab.provider.lookUp(call);
        const status = seen.kind === 'found' ? seen.report.status : undefined;
        expect(status && isFinalCallStatus(status)).toBeFalsy();
        expect(seen).not.toMatchObject({ kind: 'not_found', isFinal: true });
      }
    });
  });
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallStep, Report } from '../provider-lab.js';
import { CALL_ENDS } from './call-ends.js';
import { delivered, expectWellFormed, factsOf, seenAs, withoutRepeats } from './heard.js';
import type { PlacedCall, Stage } from './stage.js';

const TALK: readonly CallStep[] = ['ring', 'answer', 'complete'];
const RUNS = 50;

export function describeReports(stage: Stage): void {
  const ended = async (steps: readonly CallStep[]): Promise<{ call: PlacedCall; reports: readonly Report[] }> => {
    const call = await stage.accepted(...steps);
    return { call, reports: await stage.lab.reports(call.request.dialerJobId) };
  };

  describe('told of a call', () => {
    it.for(CALL_ENDS)('that ended with $steps, understands the end', async (end, context) => {
      stage.needs(context, ...end.steps);
      const { call, reports } = await ended(end.steps);
      const events = await delivered(reports);
      for (const event of events) expectWellFormed(event, call.request.dialerJobId);
      const facts = factsOf(events);
      expect(facts).toMatchObject({ status: end.status, providerCallId: call.byId.providerCallId });
      expect(end.outcomes).toContain(facts.outcome);
      expect(facts.endedAt).toBeInstanceOf(Date);
    });

    it('names a report the same whenever it comes, and no two alike', async (context) => {
      stage.needs(context, ...TALK);
      const { reports } = await ended(TALK);
      const names = async () => (await delivered(reports)).map(({ reportKey }) => reportKey);
      const once = await names();
      expect(await names()).toEqual(once);
      expect(new Set(once).size).toBe(once.length);
    });

    it.for(CALL_ENDS)(
      'that ended with $steps, learns the same in any order, any of it several times',
      async (end, context) => {
        stage.needs(context, ...end.steps);
        const { reports } = await ended(end.steps);
        const facts = factsOf(await delivered(reports));
        const anyOrder = fc
          .array(fc.constantFrom(...reports), { maxLength: 5 })
          .chain((again) => fc.shuffledSubarray([...reports, ...again], { minLength: reports.length + again.length }));
        const isTheSame = fc.asyncProperty(anyOrder, async (shuffled) => {
          const events = await delivered(shuffled);
          expect(factsOf(events)).toEqual(facts);
          expect(factsOf(withoutRepeats(events))).toEqual(facts);
        });
        await fc.assert(isTheSame, { numRuns: RUNS });
      },
    );

    it.for(CALL_ENDS)(
      'that ended with $steps, agrees with what it finds itself, whichever is first',
      async (end, context) => {
        stage.needs(context, ...end.steps);
        const { call, reports } = await ended(end.steps);
        const told = await delivered(reports);
        const found = await seenAs(stage.lab, call.byId, [end.status]);
        const verdict = ({ status, outcome, answeredBy }: ReturnType<typeof factsOf>) => ({
          status,
          outcome,
          answeredBy,
        });
        const whole = verdict(factsOf([...told, found]));
        expect(verdict(factsOf(withoutRepeats([...told, found])))).toEqual(whole);
        expect(verdict(factsOf(withoutRepeats([found, ...told])))).toEqual(whole);
        expect(verdict(factsOf(withoutRepeats([found, ...told.toReversed()])))).toEqual(whole);
      },
    );

    it('by somebody else, believes nothing', async (context) => {
      stage.needs(context, ...TALK);
      const { reports } = await ended(TALK);
      const signed = reports.filter((report) => 'deliverForged' in report);
      context.skip(signed.length === 0, 'the reports of this provider are not signed');
      for (const report of signed) expect(await report.deliverForged?.()).toEqual({ kind: 'forged' });
    });

    it('at the address of another call, takes it for none of that one', async (context) => {
      stage.needs(context, ...TALK);
      const { reports } = await ended(TALK);
      const addressed = reports.filter((report) => 'deliverAt' in report);
      context.skip(addressed.length === 0, 'the reports of this provider have no addresses');
      const { dialerJobId } = (await stage.accepted()).request;
      for (const report of addressed) {
        const reading = await report.deliverAt?.(dialerJobId);
        expect(reading?.kind === 'reports' ? reading.reports : []).toEqual([]);
      }
    });
  });
}

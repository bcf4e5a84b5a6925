import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallReport } from './call-report.js';
import { applyCallReport, NOTHING_KNOWN, outcomeOf } from './call-facts.js';
import { CALL_STATUSES, isFinalCallStatus, nextCallStatus, type CallStatus } from './call-status.js';
import { OUTCOMES } from './outcome.js';

const report = (facts: Partial<CallReport>): CallReport => ({
  reportKey: 'k',
  dialerJobId: 'j',
  providerCallId: 'p',
  occurredAt: new Date(0),
  ...facts,
});

/** Conclusion of Outdial about a call, without the provider's word. */
const LOST = report({
  providerCallId: null,
  occurredAt: new Date(3_600_000),
  status: 'lost',
  outcome: 'lost',
  endReason: 'provider_does_not_know_the_call',
  isPresumed: true,
});
const REFUSED = report({
  providerCallId: null,
  status: 'failed',
  outcome: 'bad_number',
  endReason: 'invalid_number',
  isPresumed: true,
});

/** A call that the provider refused has no conversation that could be broken off. */
const withoutWordOfVerdict = (one: CallReport) => (one.status ? one : { ...one, endReason: undefined });

/** The events of one call, consistent with each other, as a provider would report them. */
const life = fc
  .record({
    final: fc.constantFrom<CallStatus>('completed', 'no_answer', 'busy', 'failed', 'canceled'),
    talkSeconds: fc.integer({ min: 0, max: 600 }),
    answeredBy: fc.constantFrom('human', 'machine', 'unknown', undefined),
    verdict: fc.constantFrom('reached', 'goal_reached', 'callback_requested', 'opt_out', 'provider_error', undefined),
    saysDuration: fc.boolean(),
  })
  .map(({ final, talkSeconds, answeredBy, verdict, saysDuration }) => {
    const isAnswered = final === 'completed';
    const at = (seconds: number) => new Date(seconds * 1000);
    return [
      report({ status: 'ringing', occurredAt: at(0) }),
      ...(isAnswered ? [report({ status: 'in_progress', occurredAt: at(5) })] : []),
      report({
        status: final,
        occurredAt: at(5 + talkSeconds),
        endReason: final,
        durationSeconds: saysDuration && isAnswered ? talkSeconds : undefined,
      }),
      ...(isAnswered
        ? [
            report({ answeredBy }),
            report({ outcome: verdict, endReason: verdict, summary: 'said', transcript: 'text', cost: '0.0140' }),
          ]
        : []),
    ];
  });

describe('nextCallStatus', () => {
  it('a status that the provider reported as final never changes', () => {
    for (const current of CALL_STATUSES.filter((status) => isFinalCallStatus(status) && status !== 'lost')) {
      for (const reported of CALL_STATUSES) expect(nextCallStatus(current, reported)).toBe(current);
    }
  });

  it('the status `lost` yields to a reported final status, and to no other', () => {
    for (const reported of CALL_STATUSES)
      expect(nextCallStatus('lost', reported)).toBe(isFinalCallStatus(reported) ? reported : 'lost');
  });

  it('a status only moves forward', () => {
    expect(nextCallStatus('initiated', 'in_progress')).toBe('in_progress');
    expect(nextCallStatus('in_progress', 'ringing')).toBe('in_progress');
    expect(nextCallStatus('ringing', 'busy')).toBe('busy');
  });
});

describe('applyCallReport', () => {
  it('the reports of a call give the same facts in any order and any number of times', () => {
    fc.assert(
      fc.property(
        life.chain((reports) =>
          fc.tuple(
            fc.constant(reports),
            fc.shuffledSubarray(reports, { minLength: reports.length }),
            fc.array(fc.constantFrom(...reports), { maxLength: 6 }),
          ),
        ),
        ([reports, shuffled, repeated]) => {
          const inOrder = reports.reduce(applyCallReport, NOTHING_KNOWN);
          expect([...shuffled, ...repeated].reduce(applyCallReport, NOTHING_KNOWN)).toEqual(inOrder);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('the reported end of a given-up call gives the facts of a call that was never given up', () => {
    fc.assert(
      fc.property(
        fc.tuple(life, fc.constantFrom(LOST, REFUSED)).chain(([told, guess]) => {
          const reports = guess === LOST ? told : told.map(withoutWordOfVerdict);
          const repeated = [...reports, ...reports.slice(0, 2)];
          const shuffled = fc.shuffledSubarray(repeated, { minLength: repeated.length });
          return fc.tuple(fc.constant(reports), shuffled, fc.constant(guess), fc.nat());
        }),
        ([reports, shuffled, guess, place]) => {
          const at = place % (shuffled.length + 1);
          const told = [...shuffled.slice(0, at), guess, ...shuffled.slice(at), guess];
          expect(told.reduce(applyCallReport, NOTHING_KNOWN)).toEqual(reports.reduce(applyCallReport, NOTHING_KNOWN));
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it('a given-up call stays given up whatever is reported short of its end', () => {
    const told = [report({ status: 'ringing' }), report({ status: 'in_progress', occurredAt: new Date(7_000) })];
    const facts = [LOST, ...told].reduce(applyCallReport, NOTHING_KNOWN);
    expect(facts).toMatchObject({
      status: 'lost',
      outcome: 'lost',
      answeredAt: new Date(7_000),
      durationSeconds: null,
    });
    expect([...told, LOST].reduce(applyCallReport, NOTHING_KNOWN)).toEqual(facts);
  });

  it('a lost call whose person has talked counts as reached, in any order of reports', () => {
    const turn = { role: 'person', text: 'Hello?', seconds_from_start: 1 } as const;
    for (const known of [
      report({ messages: [turn] }),
      report({ answeredBy: 'human' }),
      report({ outcome: 'reached' }),
    ]) {
      for (const reports of [
        [LOST, known],
        [known, LOST],
      ])
        expect(reports.reduce(applyCallReport, NOTHING_KNOWN)).toMatchObject({ status: 'lost', outcome: 'reached' });
    }
    const greeting = [report({ messages: [turn] }), LOST, report({ answeredBy: 'machine' })];
    expect(greeting.reduce(applyCallReport, NOTHING_KNOWN).outcome).toBe('voicemail');
  });

  it('the reported duration replaces the computed one, which lies between 0 and the longest call', () => {
    const short = { ...NOTHING_KNOWN, maxCallSeconds: 60 };
    const answered = report({ status: 'in_progress', occurredAt: new Date(0) });
    const after = (seconds: number) => report({ status: 'completed', occurredAt: new Date(seconds * 1000) });
    expect([answered, after(3_600)].reduce(applyCallReport, short).durationSeconds).toBe(60);
    expect([answered, after(-3_600)].reduce(applyCallReport, short).durationSeconds).toBe(0);
    const told = report({ durationSeconds: 12 });
    expect([answered, after(40), told].reduce(applyCallReport, short).durationSeconds).toBe(12);
    expect([told, after(40), answered].reduce(applyCallReport, short).durationSeconds).toBe(12);
  });

  it('a call whose end contradicts it did not ring in vain', () => {
    const rungOut = report({ status: 'ringing', outcome: 'no_answer', endReason: 'ring_timeout' });
    const after = (end: CallReport) => [rungOut, end].reduce(applyCallReport, NOTHING_KNOWN);
    const bad = report({ status: 'failed', outcome: 'bad_number', endReason: 'SIP 404' });
    expect(after(bad)).toMatchObject({ outcome: 'bad_number', endReason: 'SIP 404' });
    expect(after(report({ status: 'busy' }))).toMatchObject({ outcome: 'busy', endReason: null });
    expect(after(report({ status: 'canceled' }))).toMatchObject({ outcome: 'no_answer', endReason: 'ring_timeout' });
  });

  it('a call ends with an outcome whenever its status says something about the person', () => {
    fc.assert(
      fc.property(life, (reports) => {
        const { status, outcome } = reports.reduce(applyCallReport, NOTHING_KNOWN);
        expect(outcome === null).toBe(status === 'canceled');
        if (outcome) expect(OUTCOMES).toContain(outcome);
      }),
    );
  });

  it('a known fact stays when a later report contradicts it', () => {
    const known = [
      report({
        status: 'completed',
        occurredAt: new Date(10_000),
        durationSeconds: 9,
        summary: 'first',
        endReason: 'agent_hung_up',
      }),
      report({
        status: 'failed',
        occurredAt: new Date(20_000),
        durationSeconds: 1,
        summary: 'second',
        endReason: 'other',
      }),
    ].reduce(applyCallReport, NOTHING_KNOWN);
    expect(known).toMatchObject({
      status: 'completed',
      durationSeconds: 9,
      summary: 'first',
      endReason: 'agent_hung_up',
      endedAt: new Date(10_000),
    });
  });

  it('the outcome `reached` becomes voicemail, or the verdict of the agent, when that is reported late', () => {
    const ended = applyCallReport(NOTHING_KNOWN, report({ status: 'completed' }));
    expect(ended.outcome).toBe('reached');
    expect(applyCallReport(ended, report({ answeredBy: 'machine' })).outcome).toBe('voicemail');
    expect(applyCallReport(ended, report({ outcome: 'goal_reached' })).outcome).toBe('goal_reached');
  });

  it('an opt-out outweighs every other report, in any order', () => {
    const told = [report({ status: 'completed' }), report({ outcome: 'goal_reached' }), report({ outcome: 'opt_out' })];
    fc.assert(
      fc.property(fc.shuffledSubarray(told, { minLength: told.length }), (reports) => {
        expect(reports.reduce(applyCallReport, NOTHING_KNOWN).outcome).toBe('opt_out');
      }),
    );
  });

  it('the verdict that a fault of ours kept the agent silent counts, and so does its end reason', () => {
    const told = [
      report({ status: 'completed', endReason: 'completed' }),
      report({ outcome: 'provider_error', endReason: 'model_failed' }),
    ];
    for (const reports of [told, told.toReversed()])
      expect(reports.reduce(applyCallReport, NOTHING_KNOWN)).toMatchObject({
        status: 'completed',
        outcome: 'provider_error',
        endReason: 'model_failed',
      });
  });

  it('a call that Outdial hung up was not answered, unless the provider reports it', () => {
    const rungOut = report({ status: 'ringing', outcome: 'no_answer' });
    const outcomeAfter = (...reports: CallReport[]) => reports.reduce(applyCallReport, NOTHING_KNOWN).outcome;
    expect(outcomeAfter(rungOut, report({ status: 'canceled' }))).toBe('no_answer');
    expect(outcomeAfter(rungOut, report({ status: 'in_progress' }), report({ status: 'completed' }))).toBe('reached');
    expect(outcomeAfter(report({ status: 'completed' }), rungOut)).toBe('reached');
  });

  it.each(['reached', 'goal_reached', 'callback_requested'] as const)(
    'the outcome %s of a machine is ignored, in either order',
    (outcome) => {
      const ended = applyCallReport(NOTHING_KNOWN, report({ status: 'completed' }));
      const [verdict, machine] = [report({ outcome }), report({ answeredBy: 'machine' })];
      expect(applyCallReport(applyCallReport(ended, verdict), machine).outcome).toBe('voicemail');
      expect(applyCallReport(applyCallReport(ended, machine), verdict).outcome).toBe('voicemail');
      expect(applyCallReport(applyCallReport(ended, machine), report({ outcome: 'opt_out' })).outcome).toBe('opt_out');
    },
  );

  it('the duration is computed from answer to end if the provider reports none', () => {
    const facts = [
      report({ status: 'completed', occurredAt: new Date(42_400) }),
      report({ status: 'in_progress', occurredAt: new Date(2_000) }),
    ].reduce(applyCallReport, NOTHING_KNOWN);
    expect(facts.durationSeconds).toBe(40);
  });
});

describe('outcomeOf', () => {
  it.each([
    ['completed', 'human', 'reached'],
    ['completed', null, 'reached'],
    ['completed', 'machine', 'voicemail'],
    ['completed', 'fax', 'voicemail'],
    ['no_answer', null, 'no_answer'],
    ['busy', null, 'busy'],
    ['failed', null, 'provider_error'],
    ['lost', null, 'lost'],
    ['canceled', null, null],
    ['ringing', null, null],
  ] as const)('a call that is %s, answered by %s, has the outcome %s', (status, answeredBy, outcome) => {
    expect(outcomeOf(status, answeredBy)).toBe(outcome);
  });
});

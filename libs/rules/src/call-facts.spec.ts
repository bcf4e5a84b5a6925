import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallEvent } from './call-event.js';
import { applyCallEvent, NOTHING_KNOWN, outcomeOf } from './call-facts.js';
import { CALL_STATUSES, isFinalCallStatus, nextCallStatus, type CallStatus } from './call-status.js';
import { OUTCOMES } from './outcome.js';

const event = (facts: Partial<CallEvent>): CallEvent => ({
  eventKey: 'k',
  dialerJobId: 'j',
  providerCallId: 'p',
  occurredAt: new Date(0),
  ...facts,
});

/** The events of one call, consistent with each other, as a provider would report them. */
const life = fc
  .record({
    final: fc.constantFrom<CallStatus>('completed', 'no_answer', 'busy', 'failed', 'canceled'),
    talkSeconds: fc.integer({ min: 0, max: 600 }),
    answeredBy: fc.constantFrom('human', 'machine', 'unknown', undefined),
    verdict: fc.constantFrom('goal_reached', 'callback_requested', 'opt_out', 'provider_error', undefined),
    saysDuration: fc.boolean(),
  })
  .map(({ final, talkSeconds, answeredBy, verdict, saysDuration }) => {
    const isAnswered = final === 'completed';
    const at = (seconds: number) => new Date(seconds * 1000);
    return [
      event({ status: 'ringing', occurredAt: at(0) }),
      ...(isAnswered ? [event({ status: 'in_progress', occurredAt: at(5) })] : []),
      event({
        status: final,
        occurredAt: at(5 + talkSeconds),
        endReason: final,
        durationSeconds: saysDuration && isAnswered ? talkSeconds : undefined,
      }),
      ...(isAnswered
        ? [
            event({ answeredBy: answeredBy }),
            event({ outcome: verdict, endReason: verdict, summary: 'said', transcript: 'text', cost: '0.0140' }),
          ]
        : []),
    ];
  });

describe('nextCallStatus', () => {
  it('never leaves a final status', () => {
    for (const current of CALL_STATUSES.filter(isFinalCallStatus)) {
      for (const reported of CALL_STATUSES) expect(nextCallStatus(current, reported)).toBe(current);
    }
  });

  it('only moves forward', () => {
    expect(nextCallStatus('initiated', 'in_progress')).toBe('in_progress');
    expect(nextCallStatus('in_progress', 'ringing')).toBe('in_progress');
    expect(nextCallStatus('ringing', 'busy')).toBe('busy');
  });
});

describe('applyCallEvent', () => {
  it('gives the same facts for the events of a call in any order, any of them any number of times', () => {
    fc.assert(
      fc.property(
        life.chain((events) =>
          fc.tuple(
            fc.constant(events),
            fc.shuffledSubarray(events, { minLength: events.length }),
            fc.array(fc.constantFrom(...events), { maxLength: 6 }),
          ),
        ),
        ([events, shuffled, repeated]) => {
          const inOrder = events.reduce(applyCallEvent, NOTHING_KNOWN);
          expect([...shuffled, ...repeated].reduce(applyCallEvent, NOTHING_KNOWN)).toEqual(inOrder);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('ends with an outcome whenever the status says something about the person', () => {
    fc.assert(
      fc.property(life, (events) => {
        const { status, outcome } = events.reduce(applyCallEvent, NOTHING_KNOWN);
        expect(outcome === null).toBe(status === 'canceled');
        if (outcome) expect(OUTCOMES).toContain(outcome);
      }),
    );
  });

  it('keeps what was known when a later event says otherwise', () => {
    const known = [
      event({
        status: 'completed',
        occurredAt: new Date(10_000),
        durationSeconds: 9,
        summary: 'first',
        endReason: 'agent_hung_up',
      }),
      event({
        status: 'failed',
        occurredAt: new Date(20_000),
        durationSeconds: 1,
        summary: 'second',
        endReason: 'other',
      }),
    ].reduce(applyCallEvent, NOTHING_KNOWN);
    expect(known).toMatchObject({
      status: 'completed',
      durationSeconds: 9,
      summary: 'first',
      endReason: 'agent_hung_up',
      endedAt: new Date(10_000),
    });
  });

  it('turns `reached` into voicemail when the machine is told late, and into what the agent achieved when that is', () => {
    const ended = applyCallEvent(NOTHING_KNOWN, event({ status: 'completed' }));
    expect(ended.outcome).toBe('reached');
    expect(applyCallEvent(ended, event({ answeredBy: 'machine' })).outcome).toBe('voicemail');
    expect(applyCallEvent(ended, event({ outcome: 'goal_reached' })).outcome).toBe('goal_reached');
  });

  it('lets a wish not to be called again outweigh whatever else was told, in any order', () => {
    const told = [event({ status: 'completed' }), event({ outcome: 'goal_reached' }), event({ outcome: 'opt_out' })];
    fc.assert(
      fc.property(fc.shuffledSubarray(told, { minLength: told.length }), (events) => {
        expect(events.reduce(applyCallEvent, NOTHING_KNOWN).outcome).toBe('opt_out');
      }),
    );
  });

  it('believes a verdict that nothing was said through a fault of ours, and its word for the end, in any order', () => {
    const told = [
      event({ status: 'completed', endReason: 'completed' }),
      event({ outcome: 'provider_error', endReason: 'model_failed' }),
    ];
    for (const events of [told, told.toReversed()])
      expect(events.reduce(applyCallEvent, NOTHING_KNOWN)).toMatchObject({
        status: 'completed',
        outcome: 'provider_error',
        endReason: 'model_failed',
      });
  });

  it('knows that nobody took a call that we hung up, unless somebody did in that moment', () => {
    const rungOut = event({ status: 'ringing', outcome: 'no_answer' });
    const outcomeAfter = (...events: CallEvent[]) => events.reduce(applyCallEvent, NOTHING_KNOWN).outcome;
    expect(outcomeAfter(rungOut, event({ status: 'canceled' }))).toBe('no_answer');
    expect(outcomeAfter(rungOut, event({ status: 'in_progress' }), event({ status: 'completed' }))).toBe('reached');
    expect(outcomeAfter(event({ status: 'completed' }), rungOut)).toBe('reached');
  });

  it.each(['goal_reached', 'callback_requested'] as const)('takes no %s from a machine, in either order', (outcome) => {
    const ended = applyCallEvent(NOTHING_KNOWN, event({ status: 'completed' }));
    const [verdict, machine] = [event({ outcome }), event({ answeredBy: 'machine' })];
    expect(applyCallEvent(applyCallEvent(ended, verdict), machine).outcome).toBe('voicemail');
    expect(applyCallEvent(applyCallEvent(ended, machine), verdict).outcome).toBe('voicemail');
    expect(applyCallEvent(applyCallEvent(ended, machine), event({ outcome: 'opt_out' })).outcome).toBe('opt_out');
  });

  it('reckons the duration from answer to end where the provider does not say it', () => {
    const facts = [
      event({ status: 'completed', occurredAt: new Date(42_400) }),
      event({ status: 'in_progress', occurredAt: new Date(2_000) }),
    ].reduce(applyCallEvent, NOTHING_KNOWN);
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
  ] as const)('%s, answered by %s: %s', (status, answeredBy, outcome) => {
    expect(outcomeOf(status, answeredBy)).toBe(outcome);
  });
});

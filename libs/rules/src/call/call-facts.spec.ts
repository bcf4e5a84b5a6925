import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallEvent } from './call-report.js';
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

/** Conclusion of Outdial about a call, without the provider's word. */
const LOST = event({
  providerCallId: null,
  occurredAt: new Date(3_600_000),
  status: 'lost',
  outcome: 'lost',
  endReason: 'provider_does_not_know_the_call',
  isPresumed: true,
});
const REFUSED = event({
  providerCallId: null,
  status: 'failed',
  outcome: 'bad_number',
  endReason: 'invalid_number',
  isPresumed: true,
});

/** A call that the provider refused has no conversation that could be broken off. */
const withoutWordOfVerdict = (one: CallEvent) => (one.status ? one : { ...one, endReason: undefined });

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
  it('never leaves a final status that the provider has told', () => {
    for (const current of CALL_STATUSES.filter((status) => isFinalCallStatus(status) && status !== 'lost')) {
      for (const reported of CALL_STATUSES) expect(nextCallStatus(current, reported)).toBe(current);
    }
  });

  it('leaves `lost` for a final status that the provider tells, and for no other', () => {
    for (const reported of CALL_STATUSES)
      expect(nextCallStatus('lost', reported)).toBe(isFinalCallStatus(reported) ? reported : 'lost');
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

  it('gives the facts of a call that was never given up once its end is told, in any order', () => {
    fc.assert(
      fc.property(
        fc.tuple(life, fc.constantFrom(LOST, REFUSED)).chain(([told, guess]) => {
          const events = guess === LOST ? told : told.map(withoutWordOfVerdict);
          const repeated = [...events, ...events.slice(0, 2)];
          const shuffled = fc.shuffledSubarray(repeated, { minLength: repeated.length });
          return fc.tuple(fc.constant(events), shuffled, fc.constant(guess), fc.nat());
        }),
        ([events, shuffled, guess, place]) => {
          const at = place % (shuffled.length + 1);
          const told = [...shuffled.slice(0, at), guess, ...shuffled.slice(at), guess];
          expect(told.reduce(applyCallEvent, NOTHING_KNOWN)).toEqual(events.reduce(applyCallEvent, NOTHING_KNOWN));
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it('does not bring a call back that was given up, whatever is told of it short of its end', () => {
    const told = [event({ status: 'ringing' }), event({ status: 'in_progress', occurredAt: new Date(7_000) })];
    const facts = [LOST, ...told].reduce(applyCallEvent, NOTHING_KNOWN);
    expect(facts).toMatchObject({
      status: 'lost',
      outcome: 'lost',
      answeredAt: new Date(7_000),
      durationSeconds: null,
    });
    expect([...told, LOST].reduce(applyCallEvent, NOTHING_KNOWN)).toEqual(facts);
  });

  it('counts a lost call as reached whose person is known to have talked, in any order', () => {
    const turn = { role: 'person', text: 'Hello?', seconds_from_start: 1 } as const;
    for (const known of [event({ messages: [turn] }), event({ answeredBy: 'human' }), event({ outcome: 'reached' })]) {
      for (const events of [
        [LOST, known],
        [known, LOST],
      ])
        expect(events.reduce(applyCallEvent, NOTHING_KNOWN)).toMatchObject({ status: 'lost', outcome: 'reached' });
    }
    const greeting = [event({ messages: [turn] }), LOST, event({ answeredBy: 'machine' })];
    expect(greeting.reduce(applyCallEvent, NOTHING_KNOWN).outcome).toBe('voicemail');
  });

  it('takes the provider’s duration for the one that was reckoned, and reckons none below 0 or above the longest call', () => {
    const short = { ...NOTHING_KNOWN, maxCallSeconds: 60 };
    const answered = event({ status: 'in_progress', occurredAt: new Date(0) });
    const after = (seconds: number) => event({ status: 'completed', occurredAt: new Date(seconds * 1000) });
    expect([answered, after(3_600)].reduce(applyCallEvent, short).durationSeconds).toBe(60);
    expect([answered, after(-3_600)].reduce(applyCallEvent, short).durationSeconds).toBe(0);
    const report = event({ durationSeconds: 12 });
    expect([answered, after(40), report].reduce(applyCallEvent, short).durationSeconds).toBe(12);
    expect([report, after(40), answered].reduce(applyCallEvent, short).durationSeconds).toBe(12);
  });

  it('does not believe that a call rang in vain whose end says otherwise', () => {
    const rungOut = event({ status: 'ringing', outcome: 'no_answer', endReason: 'ring_timeout' });
    const after = (end: CallEvent) => [rungOut, end].reduce(applyCallEvent, NOTHING_KNOWN);
    const bad = event({ status: 'failed', outcome: 'bad_number', endReason: 'SIP 404' });
    expect(after(bad)).toMatchObject({ outcome: 'bad_number', endReason: 'SIP 404' });
    expect(after(event({ status: 'busy' }))).toMatchObject({ outcome: 'busy', endReason: null });
    expect(after(event({ status: 'canceled' }))).toMatchObject({ outcome: 'no_answer', endReason: 'ring_timeout' });
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

  it.each(['reached', 'goal_reached', 'callback_requested'] as const)(
    'takes no %s from a machine, in either order',
    (outcome) => {
      const ended = applyCallEvent(NOTHING_KNOWN, event({ status: 'completed' }));
      const [verdict, machine] = [event({ outcome }), event({ answeredBy: 'machine' })];
      expect(applyCallEvent(applyCallEvent(ended, verdict), machine).outcome).toBe('voicemail');
      expect(applyCallEvent(applyCallEvent(ended, machine), verdict).outcome).toBe('voicemail');
      expect(applyCallEvent(applyCallEvent(ended, machine), event({ outcome: 'opt_out' })).outcome).toBe('opt_out');
    },
  );

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

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallEvent } from '#rules/call/call-report.js';
import { applyCallEvent, NOTHING_KNOWN, type CallFacts } from '#rules/call/call-facts.js';
import { isFinalCallStatus } from '#rules/call/call-status.js';
import { hangUpAt } from './hang-up.js';
import { eventSteps, toEvent } from './script-events.js';
import type { SimulatedCall } from './simulated-call.js';
import {
  INSTANT,
  isAnswered,
  PLACED_AT,
  receptionOf,
  requestFor,
  simulatorConfig,
  takenCalls,
} from './simulator.fixture.js';
import { snapshotAt } from './snapshot.js';

const CONFIG = simulatorConfig();
const LONG_TALKS = simulatorConfig({ talkSeconds: 90 });
const calls = [...takenCalls(CONFIG, 300), ...takenCalls(INSTANT, 50), ...takenCalls(LONG_TALKS, 50)];
const hungUp = calls.map((call, n) => ({ ...call, script: hangUpAt(call.script, n * 37) }));

const anyCall = fc.constantFrom(...calls, ...hungUp);
const callAtAnyInstant = anyCall.chain((call) => fc.tuple(fc.constant(call), anInstantOf(call)));

function anInstantOf({ script }: SimulatedCall): fc.Arbitrary<number> {
  const borders = eventSteps(script).map(({ atMs }) => atMs);
  return fc.oneof(fc.constantFrom(0, ...borders), fc.integer({ min: 0, max: script.endsAtMs + 1000 }));
}

function eventsUntil(call: SimulatedCall, atMs: number): CallEvent[] {
  return eventSteps(call.script)
    .filter((step) => step.atMs <= atMs)
    .map((step) => toEvent(call, step));
}

function everyEvent(call: SimulatedCall): CallEvent[] {
  return eventsUntil(call, Infinity);
}

function factsOfEnd(call: SimulatedCall): CallEvent {
  return everyEvent(call).find(({ eventKey }) => eventKey === 'ended')!;
}

function factsAfter(events: readonly CallEvent[]): CallFacts {
  return events.reduce(applyCallEvent, NOTHING_KNOWN);
}

describe('the events of a call', () => {
  it('are in the order of time, with keys of their own and one final status', () => {
    fc.assert(
      fc.property(anyCall, (call) => {
        const events = everyEvent(call);
        const times = events.map(({ occurredAt }) => occurredAt.getTime());
        expect(times).toEqual([...times].sort((a, b) => a - b));
        expect(times[0]).toBeGreaterThanOrEqual(PLACED_AT.getTime());
        expect(new Set(events.map(({ eventKey }) => eventKey)).size).toBe(events.length);
        expect(events.filter(({ status }) => status && isFinalCallStatus(status)).length).toBe(1);
      }),
    );
  });

  it('are the same whenever they are made', () => {
    const again = takenCalls(CONFIG, 300);
    expect(again.flatMap(everyEvent)).toEqual(calls.slice(0, again.length).flatMap(everyEvent));
  });

  it('end an answered call with its facts, and report on it without a status 300 ms later', () => {
    const request = requestFor(CONFIG, isAnswered);
    const reception = receptionOf(CONFIG, request);
    const events = reception.kind === 'taken' ? everyEvent(reception.call) : [];
    expect(events.map(({ eventKey }) => eventKey)).toEqual(['ringing', 'in_progress', 'ended', 'report']);
    const [, answer, end, report] = events;
    expect(end).toMatchObject({ status: 'completed', answeredBy: expect.any(String), outcome: expect.any(String) });
    expect(end?.durationSeconds).toBe(Math.round((end!.occurredAt.getTime() - answer!.occurredAt.getTime()) / 1000));
    expect(report?.status).toBeUndefined();
    expect(report!.occurredAt.getTime() - end!.occurredAt.getTime()).toBe(300);
    expect(report?.recordingUrl).toBe(`simulator:recordings/${report?.providerCallId}`);
    expect(report?.messages?.length).toBeGreaterThanOrEqual(4);
  });

  it('bring whole seconds and a price of four places, which is nothing for a call that nobody took', () => {
    for (const call of calls) {
      const { durationSeconds, cost, transcript } = factsAfter(everyEvent(call));
      expect(Number.isInteger(durationSeconds)).toBe(true);
      if (call.script.kind === 'answered') {
        const minutes = Math.max(1, Math.ceil((call.script.endsAtMs - call.script.answeredAtMs) / 60_000));
        expect(cost).toBe((minutes * 0.014).toFixed(4));
        expect(transcript).toContain('Agent: ');
      } else {
        expect({ durationSeconds, cost, transcript }).toEqual({ durationSeconds: 0, cost: '0.0000', transcript: null });
      }
    }
  });

  it('name the quarter of an hour on the next day when the person asked to be called again', () => {
    const asked = calls.filter(({ script }) => script.kind === 'answered' && script.callbackAfterMs !== undefined);
    expect(asked.length).toBeGreaterThan(3);
    for (const call of asked) {
      const laterMs = factsOfEnd(call).callbackAt!.getTime() - PLACED_AT.getTime();
      const waitMs = laterMs - (call.script.kind === 'answered' ? call.script.callbackAfterMs! : 0);
      expect(laterMs).toBeGreaterThanOrEqual(24 * 3_600_000);
      expect(laterMs).toBeLessThanOrEqual(25 * 3_600_000);
      expect(laterMs % 900_000).toBe(0);
      expect(waitMs).toBeGreaterThanOrEqual(0);
      expect(waitMs).toBeLessThan(900_000);
    }
  });

  it('bring no call-back time otherwise', () => {
    const others = calls.flatMap(everyEvent).filter(({ outcome }) => outcome && outcome !== 'callback_requested');
    expect(others.every(({ callbackAt }) => callbackAt === undefined)).toBe(true);
  });
});

describe('a snapshot', () => {
  it('agrees with the events until that instant', () => {
    fc.assert(
      fc.property(callAtAnyInstant, ([call, atMs]) => {
        const told = factsAfter(eventsUntil(call, atMs));
        const seen = snapshotAt(call, atMs);
        expect(seen.status).toBe(told.status);
        const both = factsAfter([...eventsUntil(call, atMs), seen]);
        const later = isFinalCallStatus(told.status) ? factsAfter(everyEvent(call)) : told;
        expect({ ...both, providerCallId: null }).toEqual({ ...later, providerCallId: null });
      }),
      { numRuns: 1000 },
    );
  });

  it('of a call that has ended tells all that the events ever tell, but when it was answered', () => {
    fc.assert(
      fc.property(anyCall, (call) => {
        const seen = factsAfter([snapshotAt(call, call.script.endsAtMs)]);
        expect(seen).toEqual({ ...factsAfter(everyEvent(call)), answeredAt: null });
      }),
    );
  });

  it('has another key for each status, and none of the stream', () => {
    fc.assert(
      fc.property(callAtAnyInstant, ([call, atMs]) => {
        const seen = snapshotAt(call, atMs);
        const status = seen.status!;
        expect(seen.eventKey).toBe(`lookup-${isFinalCallStatus(status) ? 'ended' : status}`);
      }),
    );
  });
});

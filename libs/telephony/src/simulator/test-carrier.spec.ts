import { describe, expect, it } from 'vitest';
import type { CallReport } from '#rules/call/call-report.js';
import { TEST_NUMBERS } from '#rules/phone-number/test-number.js';
import type { PlaceCallRequest } from '../port/telephony-provider.js';
import { referenceTo, requestNumber } from './call/simulator.fixture.js';
import { TestCarrier } from './test-carrier.js';

const NEVER = new AbortController().signal;

/** Makes the request of another run of the same program: its job and its time differ. */
function request(to: string, run: number, placedAt = new Date()): PlaceCallRequest {
  return { ...requestNumber(run), to, placedAt };
}

/** Collects all reports of one call. */
async function toldOf(carrier: TestCarrier, placed: PlaceCallRequest): Promise<CallReport[]> {
  const told: CallReport[] = [];
  const isOver = new Promise<void>((resolve) => {
    carrier.stream((event) => {
      told.push(event);
      const isLast = event.reportKey === 'report' || (event.reportKey === 'ended' && event.status !== 'completed');
      if (isLast) resolve();
    });
  });
  expect(await carrier.placeCall(placed, NEVER)).toMatchObject({ kind: 'accepted' });
  await isOver;
  return told;
}

/** Strips the reports of the job, ids and times that differ from run to run. */
const course = (events: readonly CallReport[]) =>
  events.map(({ reportKey, status, outcome, endReason, answeredBy, transcript, summary, cost, durationSeconds }) => {
    return { reportKey, status, outcome, endReason, answeredBy, transcript, summary, cost, durationSeconds };
  });

describe('TestCarrier', () => {
  it.each(TEST_NUMBERS)('brings a call to $number to $outcome, the same in every run', async ({ number, outcome }) => {
    const [one, another] = await Promise.all([
      toldOf(new TestCarrier(), request(number, 1)),
      toldOf(new TestCarrier(), request(number, 2, new Date(Date.now() + 90_000_000))),
    ]);
    expect(course(one)).toEqual(course(another));
    expect(one.find(({ reportKey }) => reportKey === 'ended')?.outcome).toBe(outcome);
  });

  it('rings for 200 ms and talks for 500 ms', async () => {
    const placed = request('+447700900102', 3);
    const events = await toldOf(new TestCarrier(), placed);
    const at = Object.fromEntries(events.map(({ reportKey, occurredAt }) => [reportKey, occurredAt.getTime()]));
    expect(at['in_progress']! - at['ringing']!).toBe(200);
    expect(at['ended']! - at['in_progress']!).toBe(500);
  });

  it('tells any process what a call came to, by its id and by its job', async () => {
    const placed = request('+12025550103', 4, new Date(Date.now() - 10_000));
    const answer = await new TestCarrier().placeCall(placed, NEVER);
    if (answer.kind !== 'accepted') throw new Error(answer.kind);
    for (const id of [answer.providerCallId, null]) {
      const lookup = await new TestCarrier().lookUp(referenceTo(placed, id));
      expect(lookup).toMatchObject({ kind: 'found', report: { outcome: 'voicemail', status: 'completed' } });
    }
  });

  it('asks for the call-back in an hour', async () => {
    const placed = request('+447700900109', 5);
    const ended = (await toldOf(new TestCarrier(), placed)).find(({ reportKey }) => reportKey === 'ended');
    expect(ended?.callbackAt).toEqual(new Date(placed.placedAt.getTime() + 3_600_000));
  });
});

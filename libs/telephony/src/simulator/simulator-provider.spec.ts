import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SimulatorConfig } from '#config/telephony-config.js';
import type { CallReport } from '#rules/call/call-report.js';
import type { PlaceCallRequest, PlaceCallResult } from '../port/telephony-provider.js';
import type { SimulatedCall } from './call/simulated-call.js';
import {
  INSTANT,
  isAnswered,
  PLACED_AT,
  receptionOf,
  referenceTo,
  requestFor,
  requestNumber,
  simulatorConfig,
} from './call/simulator.fixture.js';
import { endOfCall } from './call/end-of-call.js';
import { readRecording } from '../port/opened-recording.fixture.js';
import { SimulatorProvider } from './simulator-provider.js';

const CONFIG = simulatorConfig();
const NEVER = new AbortController().signal;
const LONGER_THAN_ANY_CALL_MS = 700_000;

beforeEach(() => {
  vi.useFakeTimers({ now: PLACED_AT });
});

afterEach(() => {
  vi.useRealTimers();
});

function listening(config: SimulatorConfig = CONFIG) {
  const provider = new SimulatorProvider(config);
  const events: CallReport[] = [];
  const stop = provider.stream((event) => events.push(event));
  return { provider, events, stop, keys: () => events.map(({ reportKey }) => reportKey) };
}

async function place(provider: SimulatorProvider, request: PlaceCallRequest, signal = NEVER): Promise<PlaceCallResult> {
  const answer = provider.placeCall(request, signal);
  await vi.advanceTimersByTimeAsync(80);
  return answer;
}

function callOf(request: PlaceCallRequest, config: SimulatorConfig = CONFIG): SimulatedCall {
  const reception = receptionOf(config, request);
  if (reception.kind !== 'taken') throw new Error('the carrier does not take it');
  return reception.call;
}

async function advanceTo(atMs: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(PLACED_AT.getTime() + atMs - Date.now());
}

const ANSWERED = requestFor(CONFIG, isAnswered);

/** Returns the milliseconds at which the answered call rings, is answered and ends. */
function milestones(request = ANSWERED) {
  const { script } = callOf(request);
  if (script.kind !== 'answered') throw new Error('nobody answers it');
  return script;
}

describe('placeCall', () => {
  it('answers after 20 to 80 ms', async () => {
    const { provider } = listening();
    for (const n of Array.from({ length: 20 }, (_, index) => index)) {
      const start = Date.now();
      const answer = provider.placeCall(requestNumber(n), NEVER).then(() => Date.now() - start);
      await vi.advanceTimersByTimeAsync(80);
      const latencyMs = await answer;
      expect(latencyMs).toBeGreaterThanOrEqual(20);
      expect(latencyMs).toBeLessThanOrEqual(80);
    }
  });

  it('delivers every event at its time, over hours of no more news', async () => {
    const { provider, events } = listening();
    const times: number[] = [];
    provider.stream(() => times.push(Date.now()));
    await place(provider, ANSWERED);
    await vi.advanceTimersByTimeAsync(LONGER_THAN_ANY_CALL_MS);
    expect(events.map(({ reportKey }) => reportKey)).toEqual(['ringing', 'in_progress', 'ended', 'report']);
    expect(times).toEqual(events.map(({ occurredAt }) => occurredAt.getTime()));
  });

  it('gives the call the id that its events bear', async () => {
    const { provider, events } = listening();
    const answer = await place(provider, ANSWERED);
    await vi.advanceTimersByTimeAsync(LONGER_THAN_ANY_CALL_MS);
    expect(answer).toEqual({ kind: 'accepted', providerCallId: events[0]?.providerCallId });
    expect(new Set(events.map(({ dialerJobId }) => dialerJobId))).toEqual(new Set([ANSWERED.dialerJobId]));
  });

  it('speaks to the person by name, from the first message if there is one', async () => {
    const { provider, events } = listening();
    await place(provider, ANSWERED);
    await place(provider, {
      ...ANSWERED,
      placedAt: new Date(PLACED_AT.getTime()),
      agent: { ...ANSWERED.agent, firstMessage: 'Ahoy!' },
    });
    await vi.advanceTimersByTimeAsync(LONGER_THAN_ANY_CALL_MS);
    expect(events.at(-1)?.transcript).toContain('Agent: Ahoy!');
  });

  it('shows first words as the first that the agent says', async () => {
    const { provider, events } = listening();
    const agent = { ...ANSWERED.agent, firstWords: 'A machine.', firstMessage: 'A machine. Ahoy!' };
    await place(provider, { ...ANSWERED, agent });
    await vi.advanceTimersByTimeAsync(LONGER_THAN_ANY_CALL_MS);
    const turns = events.find(({ messages }) => messages)?.messages ?? [];
    expect(turns.find(({ role }) => role === 'agent')?.text).toBe('A machine. Ahoy!');
  });

  it('rejects a number for good now and then, and no phone rings', async () => {
    const { provider, events } = listening();
    const rejected = Array.from({ length: 1000 }, (_, n) => requestNumber(n)).find(
      (request) => receptionOf(CONFIG, request).kind === 'rejected',
    )!;
    expect(await place(provider, rejected)).toEqual({ kind: 'rejected', fault: 'permanent', code: 'invalid_number' });
    await vi.advanceTimersByTimeAsync(LONGER_THAN_ANY_CALL_MS);
    expect(events).toEqual([]);
    expect(await provider.lookUp(referenceTo(rejected))).toEqual({ kind: 'not_found', isFinal: true });
    expect(await provider.hangup(referenceTo(rejected))).toBe('not_found');
  });

  it.each([
    ['before it was sent', 0],
    ['while it waits', 10],
  ])('knows nothing of a request that was given up %s, though the call goes on', async (_, afterMs) => {
    const { provider, keys } = listening();
    const giveUp = new AbortController();
    if (afterMs === 0) giveUp.abort();
    const answer = provider.placeCall(ANSWERED, giveUp.signal);
    await vi.advanceTimersByTimeAsync(afterMs);
    giveUp.abort();
    expect((await answer).kind).toBe('unknown');
    await vi.advanceTimersByTimeAsync(LONGER_THAN_ANY_CALL_MS);
    expect(keys()).toContain('ended');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('an instant carrier', () => {
  it('answers and tells everything without waiting, the answer first', async () => {
    const { provider, events } = listening(INSTANT);
    const request = requestFor(INSTANT, ({ script }) => script.kind === 'answered');
    const answer = await provider.placeCall(request, NEVER);
    expect(answer.kind).toBe('accepted');
    expect(events).toEqual([]);
    await vi.advanceTimersByTimeAsync(0);
    expect(events.map(({ reportKey }) => reportKey)).toEqual(['ringing', 'in_progress', 'ended', 'report']);
    expect(Date.now()).toBe(PLACED_AT.getTime());
  });

  it('does so when the database is ahead of our clock', async () => {
    const { provider, keys } = listening(INSTANT);
    vi.setSystemTime(PLACED_AT.getTime() - 5000);
    await provider.placeCall(
      requestFor(INSTANT, ({ script }) => script.outcome === 'busy'),
      NEVER,
    );
    await vi.advanceTimersByTimeAsync(0);
    expect(keys()).toEqual(['ended']);
  });

  it('keeps nothing of 2,000 calls that are over', async () => {
    const { provider, events } = listening(INSTANT);
    const answers = await Promise.all(
      Array.from({ length: 2000 }, (_, n) => provider.placeCall(requestNumber(n), NEVER)),
    );
    await vi.advanceTimersByTimeAsync(0);
    const accepted = answers.filter(({ kind }) => kind === 'accepted').length;
    expect(events.filter(({ reportKey }) => reportKey === 'ended').length).toBe(accepted);
    expect(vi.getTimerCount()).toBe(0);
    expect(provider).toHaveProperty('liveCalls.calls.size', 0);
  });
});

describe('lookUp', () => {
  it('agrees with the stream at every step, in the same process and in a fresh one', async () => {
    const { provider, events } = listening();
    const answer = await place(provider, ANSWERED);
    const { ringsAtMs, answeredAtMs, endsAtMs } = milestones();
    const providerCallId = answer.kind === 'accepted' ? answer.providerCallId : null;
    for (const atMs of [
      ringsAtMs - 1,
      ringsAtMs,
      answeredAtMs - 1,
      answeredAtMs,
      endsAtMs - 1,
      endsAtMs,
      endsAtMs + 1000,
    ]) {
      await advanceTo(atMs);
      const streamed = events.findLast(({ status }) => status)?.status ?? 'initiated';
      for (const asked of [provider, new SimulatorProvider(CONFIG)]) {
        const byId = await asked.lookUp(referenceTo(ANSWERED, providerCallId));
        expect(byId).toMatchObject({ kind: 'found', report: { status: streamed, providerCallId } });
        const byKey = await asked.lookUp(referenceTo(ANSWERED));
        expect(byKey).toMatchObject({ kind: 'found', report: { status: streamed, providerCallId } });
      }
    }
  });

  it('of an ended call in a fresh process tells what the stream told', async () => {
    const { provider, events } = listening();
    await place(provider, {
      ...ANSWERED,
      person: { firstName: null, lastName: null },
      agent: { ...ANSWERED.agent, systemPrompt: '' },
    });
    await vi.advanceTimersByTimeAsync(LONGER_THAN_ANY_CALL_MS);
    const [, , ended, report] = events;
    const lookup = await new SimulatorProvider(CONFIG).lookUp(referenceTo(ANSWERED, ended!.providerCallId));
    const { status: _status, ...reported } = { ...report!, reportKey: 'lookup-ended', occurredAt: ended!.occurredAt };
    const age = { ageSeconds: expect.any(Number), startedAt: PLACED_AT };
    expect(lookup).toEqual({ kind: 'found', report: { ...ended, ...reported, ...age } });
  });

  it('finds a call of this process by our key as it was placed, limits and names included', async () => {
    const { provider } = listening();
    const request = { ...ANSWERED, ringTimeoutSeconds: 45, agent: { ...ANSWERED.agent, firstMessage: 'Ahoy!' } };
    const answer = await place(provider, request);
    await advanceTo(milestones().endsAtMs);
    expect(await provider.lookUp(referenceTo(request))).toMatchObject({
      kind: 'found',
      report: {
        providerCallId: answer.kind === 'accepted' ? answer.providerCallId : '',
        transcript: expect.stringContaining('Ahoy!'),
      },
    });
  });

  it('finds a call by the id alone when the seed has changed since', async () => {
    const { provider } = listening();
    const answer = await place(provider, ANSWERED);
    const other = new SimulatorProvider(simulatorConfig({ seed: 'changed' }));
    const providerCallId = answer.kind === 'accepted' ? answer.providerCallId : null;
    await advanceTo(milestones().endsAtMs);
    expect(await other.lookUp(referenceTo(ANSWERED, providerCallId))).toMatchObject({
      kind: 'found',
      report: { status: 'completed', outcome: milestones().outcome },
    });
  });

  it('does not know an id of another carrier', async () => {
    const { provider } = listening();
    expect(await provider.lookUp(referenceTo(ANSWERED, 'CA123'))).toEqual({ kind: 'not_found', isFinal: true });
    expect(await provider.hangup(referenceTo(ANSWERED, 'CA123'))).toBe('not_found');
  });
});

describe('hangup', () => {
  async function hangUpAt(atMs: number) {
    const started = listening();
    await place(started.provider, ANSWERED);
    await advanceTo(atMs);
    const result = await started.provider.hangup(referenceTo(ANSWERED));
    const lookup = await started.provider.lookUp(referenceTo(ANSWERED));
    await vi.advanceTimersByTimeAsync(LONGER_THAN_ANY_CALL_MS);
    const last = started.events.findLast(({ status }) => status);
    return { ...started, result, lookup, last };
  }

  it.each([
    ['before it rings', () => milestones().ringsAtMs - 1, ['ended']],
    ['while it rings', () => milestones().answeredAtMs - 1, ['ringing', 'ended']],
  ])('cancels a call %s', async (_, at, keys) => {
    const hungUp = await hangUpAt(at());
    expect(hungUp.result).toBe('hung_up');
    expect(hungUp.keys()).toEqual(keys);
    expect(hungUp.last).toMatchObject({ status: 'canceled', endReason: 'hung_up', cost: '0.0000' });
    expect(hungUp.last?.outcome).toBeUndefined();
    expect(hungUp.last?.occurredAt.getTime()).toBe(PLACED_AT.getTime() + at());
    const age = { ageSeconds: at() / 1000, startedAt: PLACED_AT };
    expect(hungUp.lookup).toEqual({ kind: 'found', report: { ...hungUp.last, reportKey: 'lookup-ended', ...age } });
  });

  it('completes a call that was answered, and reports on what was said until then', async () => {
    const at = milestones().answeredAtMs + 1500;
    const hungUp = await hangUpAt(at);
    expect(hungUp.keys()).toEqual(['ringing', 'in_progress', 'ended', 'report']);
    expect(hungUp.last).toMatchObject({ status: 'completed', endReason: 'hung_up', durationSeconds: 2 });
    expect(hungUp.lookup).toMatchObject({ kind: 'found', report: { status: 'completed', endReason: 'hung_up' } });
    const { messages, summary } = hungUp.events.at(-1)!;
    expect(messages!.at(-1)!.seconds_from_start).toBeLessThanOrEqual(2);
    expect(summary).toContain('hung up on our side');
  });

  it('comes too late for a call that has ended', async () => {
    const hungUp = await hangUpAt(milestones().endsAtMs);
    expect(hungUp.result).toBe('already_ended');
    expect(hungUp.last?.outcome).toBe(milestones().outcome);
  });

  it('ends a call once', async () => {
    const { provider, keys } = listening();
    await place(provider, ANSWERED);
    expect(await provider.hangup(referenceTo(ANSWERED))).toBe('hung_up');
    expect(await provider.hangup(referenceTo(ANSWERED))).toBe('already_ended');
    await vi.advanceTimersByTimeAsync(LONGER_THAN_ANY_CALL_MS);
    expect(keys()).toEqual(['ended']);
  });

  it('reaches a call that another process placed, by id or by key', async () => {
    const answer = await place(new SimulatorProvider(CONFIG), ANSWERED);
    for (const providerCallId of [answer.kind === 'accepted' ? answer.providerCallId : '', null]) {
      const { provider, events } = listening();
      expect(await provider.hangup(referenceTo(ANSWERED, providerCallId))).toBe('hung_up');
      await vi.advanceTimersByTimeAsync(0);
      expect(events).toMatchObject([{ reportKey: 'ended', status: 'canceled', dialerJobId: ANSWERED.dialerJobId }]);
    }
  });

  it('tells nothing again of a call that another process has told of', async () => {
    await place(new SimulatorProvider(CONFIG), ANSWERED);
    const { provider, keys } = listening();
    await advanceTo(milestones().answeredAtMs + 500);
    await provider.hangup(referenceTo(ANSWERED));
    await vi.advanceTimersByTimeAsync(LONGER_THAN_ANY_CALL_MS);
    expect(keys()).toEqual(['ended', 'report']);
  });

  it('shortens the recording', async () => {
    const hungUp = await hangUpAt(milestones().answeredAtMs + 1500);
    const recording = await readRecording(await hungUp.provider.openRecording(hungUp.events.at(-1)!.recordingUrl!));
    expect(recording.content.length).toBe(44 + 1.5 * 8000);
  });
});

describe('openRecording', () => {
  it('plays what was said, in any process', async () => {
    const { provider, events } = listening();
    await place(provider, ANSWERED);
    await vi.advanceTimersByTimeAsync(LONGER_THAN_ANY_CALL_MS);
    const url = events.at(-1)!.recordingUrl!;
    const recording = await readRecording(await new SimulatorProvider(CONFIG).openRecording(url));
    expect(recording.contentType).toBe('audio/wav');
    expect(recording.content.length).toBeGreaterThan(44 + 2 * 8000);
    expect((await readRecording(await provider.openRecording(url))).content.equals(recording.content)).toBe(true);
  });

  it('has none of a call that nobody took, nor of an address that is not its own', async () => {
    const { provider } = listening();
    const answer = await place(
      provider,
      requestFor(CONFIG, ({ script }) => script.outcome === 'busy'),
    );
    const id = answer.kind === 'accepted' ? answer.providerCallId : '';
    expect(await provider.openRecording(`simulator:recordings/${id}`)).toBe('gone');
    expect(await provider.openRecording('https://example.com/a.wav')).toBe('gone');
  });
});

describe('faults', () => {
  it.each([
    ['lost', 'connection reset'],
    ['503', 'HTTP 503'],
  ] as const)('%s: the call is made, the answer is not', async (fault, cause) => {
    const config = simulatorConfig({}, { [fault]: 1 });
    const { provider, keys } = listening(config);
    expect(await place(provider, ANSWERED)).toEqual({ kind: 'unknown', cause });
    expect(await new SimulatorProvider(config).lookUp(referenceTo(ANSWERED))).toMatchObject({ kind: 'found' });
    await vi.advanceTimersByTimeAsync(LONGER_THAN_ANY_CALL_MS);
    expect(keys()).toContain('ended');
  });

  it('hang: answers only when nobody waits any more; the call is made', async () => {
    const { provider, keys } = listening(simulatorConfig({}, { hang: 1 }));
    const giveUp = new AbortController();
    const answers: PlaceCallResult[] = [];
    void provider.placeCall(ANSWERED, giveUp.signal).then((answer) => answers.push(answer));
    await vi.advanceTimersByTimeAsync(LONGER_THAN_ANY_CALL_MS);
    expect(answers).toEqual([]);
    expect(keys()).toContain('ended');
    giveUp.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(answers).toMatchObject([{ kind: 'unknown' }]);
  });

  it('429: no call is made, and the answer says when to come again', async () => {
    const { provider, events } = listening(simulatorConfig({}, { '429': 1 }));
    const answer = await place(provider, ANSWERED);
    expect(answer).toMatchObject({ kind: 'rejected', fault: 'throttle', code: 'too_many_requests' });
    const seconds = answer.kind === 'rejected' ? answer.retryAfterSeconds : 0;
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(5);
    await vi.advanceTimersByTimeAsync(LONGER_THAN_ANY_CALL_MS);
    expect(events).toEqual([]);
    expect(await provider.lookUp(referenceTo(ANSWERED))).toEqual({ kind: 'not_found', isFinal: true });
  });

  it('dup: every event comes twice, the same', async () => {
    const { provider, events } = listening(simulatorConfig({}, { dup: 1 }));
    await place(provider, ANSWERED);
    await vi.advanceTimersByTimeAsync(LONGER_THAN_ANY_CALL_MS);
    expect(events.length).toBe(8);
    for (const index of [0, 2, 4, 6]) expect(events[index]).toEqual(events[index + 1]);
  });

  it('reorder: the same events come in other orders', async () => {
    const config = simulatorConfig({}, { reorder: 1 });
    const { provider, events } = listening(config);
    const requests = Array.from({ length: 60 }, (_, n) => requestNumber(n));
    for (const request of requests) await place(provider, request);
    await vi.advanceTimersByTimeAsync(LONGER_THAN_ANY_CALL_MS);
    const orders = requests.map(({ dialerJobId }) =>
      events
        .filter((event) => event.dialerJobId === dialerJobId)
        .map(({ reportKey }) => reportKey)
        .join(),
    );
    expect(new Set(orders.filter((order) => order.length > 25)).size).toBeGreaterThan(8);
    expect(orders.filter((order) => order.includes('report')).every((order) => order.split(',').length === 4)).toBe(
      true,
    );
  });

  it('noend: only a look-up finds the end', async () => {
    const { provider, keys } = listening(simulatorConfig({}, { noend: 1 }));
    await place(provider, ANSWERED);
    await vi.advanceTimersByTimeAsync(LONGER_THAN_ANY_CALL_MS);
    expect(keys()).toEqual(['ringing', 'in_progress']);
    const lookup = await provider.lookUp(referenceTo(ANSWERED));
    expect(lookup).toMatchObject({ kind: 'found', report: { status: 'completed', transcript: expect.any(String) } });
  });

  it('noend, reorder: a call without anything to tell leaves no timer', async () => {
    const config = simulatorConfig({}, { noend: 1, reorder: 1, dup: 1 });
    const { provider, events } = listening(config);
    await place(
      provider,
      requestFor(config, ({ script }) => script.outcome === 'busy'),
    );
    expect(events).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('stream', () => {
  it('ends every wait when the last listener stops, and starts none for calls after that', async () => {
    const { provider, events, stop } = listening();
    const stopOther = provider.stream(() => undefined);
    for (const n of [1, 2, 3]) await place(provider, requestNumber(n));
    const before = events.length;
    await stop();
    expect(vi.getTimerCount()).toBeGreaterThan(0);
    await stopOther();
    expect(vi.getTimerCount()).toBe(0);
    await place(provider, requestNumber(4));
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(LONGER_THAN_ANY_CALL_MS);
    expect(events.length).toBe(before);
  });

  it('may be stopped by a listener in the midst of a call that is told at once', async () => {
    const provider = new SimulatorProvider(INSTANT);
    const heard: string[] = [];
    const stop = provider.stream(({ reportKey }) => {
      heard.push(reportKey);
      void stop();
    });
    await provider.placeCall(
      requestFor(INSTANT, ({ script }) => script.kind === 'answered'),
      NEVER,
    );
    await vi.advanceTimersByTimeAsync(0);
    expect(heard).toEqual(['ringing']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('may be hung up by a listener', async () => {
    const { provider, keys } = listening();
    provider.stream(({ reportKey }) => {
      if (reportKey === 'ringing') void provider.hangup(referenceTo(ANSWERED));
    });
    await place(provider, ANSWERED);
    await vi.advanceTimersByTimeAsync(LONGER_THAN_ANY_CALL_MS);
    expect(keys()).toEqual(['ringing', 'ended']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes the time from the clock and the timers that it is given', async () => {
    const waits: { milliseconds: number; run: () => void }[] = [];
    let now = PLACED_AT.getTime();
    const timers = {
      after: (milliseconds: number, run: () => void) => (waits.push({ milliseconds, run }), () => undefined),
    };
    const provider = new SimulatorProvider(CONFIG, { clock: () => new Date(now), timers });
    const heard: string[] = [];
    provider.stream(({ reportKey }) => heard.push(reportKey));
    void provider.placeCall(ANSWERED, NEVER);
    expect(waits[0]?.milliseconds).toBe(milestones().ringsAtMs);
    now += milestones().ringsAtMs;
    waits[0]?.run();
    expect(heard).toEqual(['ringing']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('brings a number to the same end in every run with its seed, and by attempt', () => {
    const courseOf = (n: number, run: number, attempt = 1) => {
      const placed = { ...requestNumber(n), dialerJobId: `run-${run}`, placedAt: new Date(run), attempt };
      const reception = receptionOf(CONFIG, placed);
      if (reception.kind !== 'taken') return JSON.stringify(reception);
      const { recordingUrl: _namesTheRun, ...report } = endOfCall(reception.call);
      return JSON.stringify([reception.call.script, report]);
    };
    const many = Array.from({ length: 200 }, (_, n) => n);
    for (const n of many) expect(courseOf(n, 1)).toBe(courseOf(n, 2));
    expect(many.filter((n) => courseOf(n, 1) !== courseOf(n, 1, 2)).length).toBeGreaterThan(100);
  });

  it('throttles an attempt that is made again at its rate, not for ever', () => {
    const throttling = simulatorConfig({}, { 429: 0.5 });
    const kinds = Array.from({ length: 400 }, (_, run) => {
      return receptionOf(throttling, { ...requestNumber(1), dialerJobId: `run-${run}` }).kind;
    });
    const share = kinds.filter((kind) => kind === 'throttled').length / kinds.length;
    expect(share).toBeCloseTo(0.5, 1);
  });
});

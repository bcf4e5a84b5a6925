import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_FAULTS, type SimulatorFaultRates } from '#config/simulator-faults.js';
import type { CallReport } from '#rules/call/call-report.js';
import { isFinalCallStatus } from '#rules/call/call-status.js';
import type { PlaceCallResult } from '#telephony/port/telephony-provider.js';
import { CarrierLogReader } from '../chaos/judge/carrier-log.js';
import { until } from '../support/until.js';
import { factsOf, withoutRepeats } from './contract/heard.js';
import { AutoCalls } from './twilio/auto-calls.js';
import { listenForCallbacks, type CallbackListener } from './twilio/webhook-listener.js';
import { ACCOUNT, makeTwilioLab, type TwilioLab } from './twilio/twilio-lab.js';

const CALLS = 12;
const each = <T>(of: (n: number) => T): T[] => Array.from({ length: CALLS }, (_, n) => of(n));

describe('A line of Twilio that goes on by itself', () => {
  let directory: string;
  let listener: CallbackListener;
  let autoCalls: AutoCalls;
  let lab: TwilioLab;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'outdial-twilio-'));
    listener = await listenForCallbacks();
  });

  afterEach(async () => {
    autoCalls.close();
    await lab.close();
    listener.close();
    await rm(directory, { recursive: true });
  });

  async function start(faults: Partial<SimulatorFaultRates>, seed = 's'): Promise<void> {
    const tempo = { ringMs: 20, talkMs: 20 };
    autoCalls = new AutoCalls({ authToken: ACCOUNT.authToken, seed, faults: { ...NO_FAULTS, ...faults }, tempo });
    const { reply, onCall, onReport } = autoCalls;
    lab = await makeTwilioLab({ reply, onCall, onReport, logFile: join(directory, 'line.log') });
  }

  const place = (n: number, signal = new AbortController().signal): Promise<PlaceCallResult> => {
    const request = lab.request(n);
    const callbackUrl = `${listener.url}/${request.dialerJobId}`;
    return lab.provider.placeCall({ ...request, webhookUrl: callbackUrl }, signal);
  };
  const placeAll = (signal?: AbortSignal) => Promise.all(each((n) => place(n, signal)));
  const told = (n: number): readonly CallReport[] =>
    listener.heard
      .filter(({ dialerJobId }) => dialerJobId === lab.request(n).dialerJobId)
      .flatMap((callback) => {
        const reading = lab.provider.readWebhook(callback);
        return reading.kind === 'reports' ? reading.reports : [];
      });
  const isOver = () => each((n) => lab.isLive(lab.request(n).dialerJobId)).every((isLive) => !isLive);
  const untilHeard = (isEnough: () => boolean) => until('the callbacks have come', async () => isEnough());
  const hasEnded = (n: number) => isFinalCallStatus(factsOf(told(n)).status);
  const log = async () => {
    const reader = new CarrierLogReader();
    reader.read((await readFile(join(directory, 'line.log'), 'utf8')).trim().split('\n'));
    return reader;
  };

  it('tells of each call up to its end, signed, and writes down what happened', async () => {
    await start({});
    const results = await placeAll();
    expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(['accepted']));
    await untilHeard(() => each(hasEnded).every(Boolean));
    const { creates, ends } = await log();
    expect(creates.map(({ dialerJobId, callId }) => [dialerJobId, callId])).toEqual(
      expect.arrayContaining(
        each((n) => [lab.request(n).dialerJobId, (results[n] as { providerCallId: string }).providerCallId]),
      ),
    );
    expect(creates.every(({ verdict, answer }) => verdict === 'taken' && answer === 'accepted')).toBe(true);
    expect(ends).toHaveLength(CALLS);
  });

  it('comes to the same ends for the same seed', async () => {
    const statuses: string[][] = [];
    for (const seed of ['one', 'one', 'other']) {
      if (statuses.length > 0) await stopLab();
      await start({}, seed);
      await placeAll();
      await until('all calls are over', async () => isOver());
      statuses.push(each((n) => lab.fake.book.of(lab.request(n).dialerJobId)[0]?.status ?? ''));
    }
    expect(statuses[1]).toEqual(statuses[0]);
    expect(statuses[2]).not.toEqual(statuses[0]);
  });

  async function stopLab(): Promise<void> {
    autoCalls.close();
    await lab.close();
  }

  it.each([
    ['lost', 'unknown', 'taken'],
    ['hang', 'unknown', 'taken'],
    ['503', 'unknown', 'taken'],
    ['429', 'rejected', 'throttled'],
  ] as const)('with %s, answers create requests so, at its rate', async (fault, kind, verdict) => {
    await start({ [fault]: 1 });
    const givingUp = new AbortController();
    const results = placeAll(givingUp.signal);
    await until('all are asked for', async () => lab.fake.book.creates.length === CALLS);
    if (fault === 'hang') givingUp.abort();
    expect((await results).map((result) => result.kind)).toEqual(each(() => kind));
    expect((await log()).creates.map((create) => create.verdict)).toEqual(each(() => verdict));
    expect(lab.fake.book.creates.filter(({ callSid }) => callSid !== null)).toHaveLength(
      verdict === 'taken' ? CALLS : 0,
    );
  });

  it('doubles and mixes its callbacks, and the facts are those of the call', async () => {
    await start({ dup: 1, reorder: 1 });
    await placeAll();
    const reports = (n: number) => lab.fake.book.of(lab.request(n).dialerJobId).flatMap((call) => call.reports);
    await untilHeard(() => isOver() && each((n) => told(n).length === 2 * reports(n).length).every(Boolean));
    for (const events of each(told)) {
      const inOrder = events.toSorted((one, other) => one.reportKey.localeCompare(other.reportKey));
      expect(factsOf(withoutRepeats(events))).toEqual(factsOf(inOrder));
      expect(events.length).toBe(2 * withoutRepeats(events).length);
    }
    expect(each(told).some((events) => events[0]?.status !== 'initiated')).toBe(true);
  });

  it('keeps ends to itself, which a look-up finds', async () => {
    await start({ noend: 1 });
    const results = await placeAll();
    await until('all calls are over', async () => isOver());
    expect(each(hasEnded).some(Boolean)).toBe(false);
    for (const [n, result] of results.entries()) {
      const { providerCallId } = result as { providerCallId: string };
      const found = await lab.provider.lookUp({ ...lab.request(n), providerCallId });
      expect(found.kind === 'found' && found.report.status && isFinalCallStatus(found.report.status)).toBe(true);
    }
  });

  it('can be heard of a call before its create request is answered', async () => {
    await start({ early: 1 });
    const answered = await Promise.all(each((n) => place(n).then(() => told(n).length)));
    expect(answered.every((events) => events > 0)).toBe(true);
  });
});

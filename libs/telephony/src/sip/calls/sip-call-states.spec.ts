import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallEvent } from '#rules/call/call-report.js';
import { CallKeeper } from './sip-call-states.js';
import { CallLedger } from './call-ledger.js';
import { DIALED_AT, dialedCall } from './sip-call.fixture.js';
import type { SipCall } from './sip-call.js';

describe('A keeper of calls', () => {
  let directory: string;
  let ledger: CallLedger;
  let keeper: CallKeeper;
  let told: CallEvent[];
  let overdue: string[];

  const open = (call: SipCall) => {
    ledger.open(call);
    keeper.watch(call);
  };
  const hear = (type: string, param = '', id = 'c1') => {
    const call = ledger.get('one');
    if (call) keeper.hear({ type, param, id }, call);
  };

  beforeEach(() => {
    vi.useFakeTimers({ now: DIALED_AT });
    directory = mkdtempSync(join(tmpdir(), 'outdial-keeper-'));
    ledger = new CallLedger(directory);
    ledger.load();
    [told, overdue] = [[], []];
    keeper = new CallKeeper({
      ledger,
      tell: (event) => told.push(event),
      onDeadline: (call, cause) => {
        overdue.push(cause);
        keeper.change(ledger.get(call.dialerJobId) ?? call, { hangUpCause: cause });
      },
    });
    open(dialedCall('one'));
  });

  afterEach(() => {
    keeper.close();
    vi.useRealTimers();
    rmSync(directory, { recursive: true });
  });

  it('tells each state once', () => {
    hear('CALL_RINGING');
    hear('CALL_PROGRESS');
    vi.advanceTimersByTime(2_000);
    hear('CALL_ESTABLISHED');
    hear('CALL_RINGING');
    vi.advanceTimersByTime(5_400);
    hear('CALL_CLOSED', 'Connection reset by peer');
    expect(told.map(({ eventKey, status }) => [eventKey, status])).toEqual([
      ['sip:ringing', 'ringing'],
      ['sip:in_progress', 'in_progress'],
      ['sip:ended', 'completed'],
    ]);
    expect(told.at(-1)).toMatchObject({ providerCallId: 'c1', endReason: 'callee_hung_up', durationSeconds: 5 });
    expect(told[1]?.occurredAt).toEqual(new Date(DIALED_AT.getTime() + 2_000));
  });

  it('minds the ring timeout, then the longest call, and comes back to it once a second', () => {
    vi.advanceTimersByTime(29_999);
    expect(overdue).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(overdue).toEqual(['ring_timeout']);
    vi.advanceTimersByTime(2_000);
    expect(overdue).toHaveLength(3);
    hear('CALL_ESTABLISHED');
    vi.advanceTimersByTime(599_999);
    expect(overdue).toHaveLength(3);
    vi.advanceTimersByTime(1);
    expect(overdue.at(-1)).toBe('max_duration');
    hear('CALL_CLOSED', 'Connection reset by user');
    vi.advanceTimersByTime(3_600_000);
    expect(overdue).toHaveLength(4);
  });

  it('takes over a call with the time that it has left', () => {
    keeper.close();
    vi.advanceTimersByTime(60_000);
    const listed = { line: 1, state: 'ESTABLISHED', talkedSeconds: 50, target: '' };
    keeper.adopt(dialedCall('one'), listed, 'c1');
    expect(told[0]?.occurredAt).toEqual(new Date(DIALED_AT.getTime() + 10_000));
    vi.advanceTimersByTime(549_999);
    expect(overdue).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(overdue).toEqual(['max_duration']);
  });

  it('gives up at once a call that is found ringing for too long', () => {
    keeper.close();
    vi.advanceTimersByTime(60_000);
    keeper.adopt(dialedCall('one'), { line: 1, state: 'RINGING', talkedSeconds: 0, target: '' }, 'c1');
    vi.advanceTimersByTime(0);
    expect(overdue).toEqual(['ring_timeout']);
  });

  it('tells of a recording that is found after the end under another name', () => {
    hear('CALL_ESTABLISHED');
    hear('CALL_CLOSED', 'end of file');
    const ended = ledger.get('one');
    if (ended) keeper.record(ended, 'sip-recording:one');
    expect(told.slice(1).map(({ eventKey, status, recordingUrl }) => [eventKey, status, recordingUrl])).toEqual([
      ['sip:ended', 'completed', undefined],
      ['sip:ended:recorded', 'completed', 'sip-recording:one'],
    ]);
  });

  it('tells of an answer and an end that stand in the log, as far as that knows', () => {
    vi.advanceTimersByTime(60_000);
    keeper.endAsLogged(dialedCall('one'), { reason: 'end of file', wasAnswered: true, talkedSeconds: 20 });
    expect(told.map(({ status, durationSeconds }) => [status, durationSeconds])).toEqual([
      ['in_progress', undefined],
      ['completed', 20],
    ]);
    expect(told.at(-1)).toMatchObject({ endReason: 'prompt_played', occurredAt: new Date() });
    const { length } = overdue;
    vi.advanceTimersByTime(3_600_000);
    expect(overdue).toHaveLength(length);
  });

  it('does not give back an attempt for what stands in the log: it may have rung', () => {
    keeper.endAsLogged(dialedCall('one'), {
      reason: '503 Service Unavailable',
      wasAnswered: false,
      talkedSeconds: null,
    });
    expect(told.at(-1)).toMatchObject({ status: 'failed', endReason: '503 Service Unavailable' });
    expect(told.at(-1)?.notPlaced).toBeUndefined();
  });

  it('says nothing of a call that has vanished', () => {
    keeper.vanish(dialedCall('one'));
    expect(told).toEqual([]);
    expect(ledger.live()).toEqual([]);
  });
});

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CallLedger } from './call-ledger.js';
import { DIALED_AT, dialedCall } from './sip-call.fixture.js';

const MINUTE_MS = 60_000;

describe('A ledger of calls', () => {
  let directory: string;
  let ledger: CallLedger;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'outdial-ledger-'));
    ledger = new CallLedger(directory);
    ledger.load();
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it('is read by whoever comes next', () => {
    const call = dialedCall('one');
    ledger.open(call);
    ledger.put({ ...call, state: 'ringing', callId: 'c1' });
    const next = new CallLedger(directory);
    next.load();
    expect(next.get('one')).toEqual({ ...call, state: 'ringing', callId: 'c1' });
    expect(next.live()).toHaveLength(1);
  });

  it('leaves out what was only half written', () => {
    for (const [name, text] of Object.entries({ 'a.json': '{"dialerJobId":', 'b.json.new': '{}', 'c.json': 'null' })) {
      writeFileSync(join(directory, 'calls', name), text);
    }
    ledger.load();
    expect(ledger.live()).toEqual([]);
    expect(readdirSync(join(directory, 'calls'))).toEqual([]);
  });

  it('refuses a call that it cannot write down, and does not lose one that it has', () => {
    ledger.open(dialedCall('one'));
    rmSync(join(directory, 'calls'), { recursive: true });
    expect(() => ledger.open(dialedCall('other'))).toThrow('ENOENT');
    ledger.put(dialedCall('one', { state: 'ringing' }));
    expect(ledger.live().map(({ dialerJobId, state }) => [dialerJobId, state])).toEqual([['one', 'ringing']]);
  });

  it('finds the call of an event by its Call-ID, and by what was dialed before that is known', () => {
    const [known, nameless] = [dialedCall('known', { callId: 'c1' }), dialedCall('nameless')];
    ledger.open(known);
    ledger.open(nameless);
    expect(ledger.find('c1', 'sip:whatever')).toEqual(known);
    expect(ledger.find('c2', nameless.target)).toEqual(nameless);
    expect(ledger.find(undefined, known.target)).toEqual(known);
    expect(ledger.find('c2', known.target)).toBeUndefined();
    ledger.put({ ...known, state: 'ended' });
    expect(ledger.find('c1', known.target)).toBeUndefined();
  });

  it('remembers an ended call for an hour, and a live one for ever', () => {
    const endedAt = new Date(DIALED_AT.getTime() + MINUTE_MS).toISOString();
    ledger.open(dialedCall('ended', { state: 'ended', endedAt }));
    ledger.open(dialedCall('live'));
    ledger.forgetOld(new Date(DIALED_AT.getTime() + 61 * MINUTE_MS));
    expect(ledger.get('ended')).toBeDefined();
    ledger.forgetOld(new Date(DIALED_AT.getTime() + 61 * MINUTE_MS + 1));
    expect(ledger.get('ended')).toBeUndefined();
    expect(readdirSync(join(directory, 'calls'))).toEqual(['live.json']);
  });
});

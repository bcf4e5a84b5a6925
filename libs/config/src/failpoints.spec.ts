import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { armFailpoints, FailpointError, NO_FAILPOINTS, parseFailpoints, failpoint } from './failpoints.js';

describe('parseFailpoints', () => {
  it('reads names, actions, passes and delays', () => {
    expect(parseFailpoints('place.committed:kill:3, report.written:delay:*50:2000,claim.locked:throw')).toEqual([
      { name: 'place.committed', action: 'kill', pass: 3, isRepeated: false, delayMs: 1000 },
      { name: 'report.written', action: 'delay', pass: 50, isRepeated: true, delayMs: 2000 },
      { name: 'claim.locked', action: 'throw', pass: 1, isRepeated: false, delayMs: 1000 },
    ]);
    expect(parseFailpoints(null)).toEqual([]);
  });

  it.each([
    'nowhere:kill',
    'place.committed',
    'place.committed:explode',
    'place.committed:kill:0',
    'place.committed:delay:1:-5',
  ])('refuses %s', (text) => {
    expect(() => parseFailpoints(text)).toThrow(/OUTDIAL_FAILPOINTS/);
  });
});

describe('reach', () => {
  afterEach(() => armFailpoints(NO_FAILPOINTS));

  it('does nothing where nothing is armed', async () => {
    await expect(failpoint('place.committed')).resolves.toBeUndefined();
  });

  it('acts on the given pass and only then', async () => {
    armFailpoints({ armed: parseFailpoints('place.committed:throw:2'), logFile: null });
    await failpoint('place.committed');
    await failpoint('place.begun');
    await expect(failpoint('place.committed')).rejects.toThrow(FailpointError);
    await expect(failpoint('place.committed')).resolves.toBeUndefined();
  });

  it('acts on every n-th pass, and says so in its log', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'outdial-failpoints-'));
    const logFile = join(directory, 'failpoints.log');
    armFailpoints({ armed: parseFailpoints('report.written:delay:*2:0'), logFile });
    for (let pass = 0; pass < 5; pass++) await failpoint('report.written');
    const lines = readFileSync(logFile, 'utf8').trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { name: string }).name)).toEqual([
      'report.written',
      'report.written',
    ]);
    await rm(directory, { recursive: true });
  });
});

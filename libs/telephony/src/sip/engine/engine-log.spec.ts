import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineLog } from './engine-log.js';

const TALKED = 'sip:+442079460002@trunk.example;attempt=talked';

/** Output of baresip 1.0.0. */
const LOG = `baresip is ready.
call: connecting to 'sip:+442079460001@trunk.example;attempt=busy'..
call: SIP Progress: 100 Trying (/)
call: connecting to 'sip:+442079460002@trunk.example;attempt=talked'..
outdial@trunk.example: Call established: sip:+442079460002@trunk.example;attempt=talked
\u001b[31mua: sip:outdial@trunk.example: UA not found: nobody
\u001b[;msip:+442079460001@trunk.example;attempt=busy: session closed: 486 Busy Here
sip:+442079460002@trunk.example;attempt=talked: session closed: Connection reset by peer
sip:outdial@trunk.example: Call with ${TALKED} terminated (duration: 1 hour 2 mins 3 secs)
outdial@trunk.example: Call established: sip:+442079460003@trunk.example;attempt=played
sip:outdial@trunk.example: Call with sip:+442079460003@trunk.example;attempt=played terminated (duration: 1 sec)
outdial@trunk.example: Call established: sip:+442079460004@trunk.example;attempt=short
call: terminate call 'aa-1' with sip:+442079460005@trunk.example;attempt=ours
sip:+442079460006@trunk.example: session closed: 404 Not Found
call: connecting to 'sip:+442079460006@trunk.example'..
sip:+442079460007@trunk.example;attempt=quiet: session closed
`;

describe('The log of an engine', () => {
  let directory: string;
  let path: string;
  let log: EngineLog;

  const targetOf = (n: number, attempt: string) => `sip:+44207946000${n}@trunk.example;attempt=${attempt}`;
  const endOf = (target: string, isGone = true) => log.ends().endOf(target, { isGone });

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'outdial-log-'));
    path = join(directory, 'engine.log');
    log = new EngineLog(directory);
    writeFileSync(path, LOG);
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it.each([
    [1, 'busy', { reason: '486 Busy Here', wasAnswered: false, talkedSeconds: null }],
    [2, 'talked', { reason: 'Connection reset by peer', wasAnswered: true, talkedSeconds: 3723 }],
    [3, 'played', { reason: 'end of file', wasAnswered: true, talkedSeconds: 1 }],
    [4, 'short', { reason: '', wasAnswered: true, talkedSeconds: null }],
    [5, 'ours', { reason: 'Connection reset by user', wasAnswered: false, talkedSeconds: null }],
    [7, 'quiet', { reason: '', wasAnswered: false, talkedSeconds: null }],
    [8, 'unheard_of', null],
  ])('says how call %i ended (%s), also once the numbers are taken out', (n, attempt, end) => {
    expect(endOf(targetOf(n, attempt))).toEqual(end);
    log.tidy();
    expect(endOf(targetOf(n, attempt))).toEqual(end);
  });

  it('leaves open what became of a call that was answered when the engine died', () => {
    expect(endOf(targetOf(4, 'short'), false)).toBeNull();
    expect(endOf(targetOf(2, 'talked'), false)).not.toBeNull();
  });

  it('begins anew where the same number was called again', () => {
    expect(endOf('sip:+442079460006@trunk.example')).toBeNull();
  });

  it('takes no talk for longer than a call can be', () => {
    const line = `sip:o@t: Call with ${targetOf(9, 'long')} terminated (duration: 999999999 days)\n`;
    appendFileSync(path, line);
    expect(endOf(targetOf(9, 'long'))).toEqual({ reason: 'end of file', wasAnswered: true, talkedSeconds: 0 });
  });

  it('says nothing where there is none', () => {
    rmSync(path);
    expect(endOf(targetOf(1, 'busy'))).toBeNull();
    expect(() => log.tidy()).not.toThrow();
  });

  it('keeps nobody’s number, and a line that is not finished', () => {
    appendFileSync(path, "call: connecting to 'sip:+4420794");
    log.tidy();
    const text = readFileSync(path, 'utf8');
    expect(text).not.toContain('+44207946');
    expect(text).toContain('sip:…01@trunk.example;attempt=busy: session closed: 486 Busy Here\n');
    expect(text.endsWith("call: connecting to 'sip:+4420794")).toBe(true);
    appendFileSync(path, "60009@trunk.example'..\n");
    log.tidy();
    expect(readFileSync(path, 'utf8').endsWith("call: connecting to 'sip:…09@trunk.example'..\n")).toBe(true);
  });

  it('does not grow for ever, and loses what is oldest', () => {
    for (let n = 0; n < 1_000; n += 1) appendFileSync(path, `${n} ${'.'.repeat(1_000)}\n`);
    log.tidy();
    expect(statSync(path).size).toBeLessThanOrEqual(256 * 1024);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.at(-1)).toMatch(/^999 /);
    expect(lines[0]).toMatch(/^7\d\d \./);
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { AfterSpeech } from './after-speech.js';
import { ManualClock } from './manual-clock.fixture.js';

const SENTENCE = 'Good morning, this is Example Voice. Do you have a minute?';
const GUESSED_MS = 5_367;

describe('What is to be done after something was said', () => {
  let clock: ManualClock;
  let after: AfterSpeech;
  let done: string[];

  beforeEach(() => {
    clock = new ManualClock(0);
    after = new AfterSpeech(clock);
    done = [];
  });

  function schedule(what: string, { spoken = SENTENCE, quietMs = 10_000 } = {}): void {
    after.schedule(spoken, quietMs, () => done.push(what));
  }

  /** Passes the time until just before the end of so many milliseconds, and then the rest of it. */
  function expectAfter(milliseconds: number, what: string): void {
    clock.advance(milliseconds - 1);
    expect(done).toEqual([]);
    clock.advance(1);
    expect(done).toEqual([what]);
    expect(clock.open).toBe(0);
  }

  it('is done when the text must have been said, as long as nobody tells', () => {
    schedule('it');
    expectAfter(GUESSED_MS + 10_000, 'it');
  });

  it('waits for the end of the speech once Twilio tells of it', () => {
    schedule('it');
    clock.advance(1_000);
    after.hear('agent', true);
    clock.advance(60_000);
    after.hear('agent', false);
    expectAfter(11_500, 'it');
  });

  it('is put off when there is more to be heard after a pause', () => {
    schedule('it', { quietMs: 0 });
    after.hear('agent', true);
    after.hear('agent', false);
    clock.advance(1_000);
    after.hear('agent', true);
    clock.advance(20_000);
    expect(done).toEqual([]);
    after.hear('agent', false);
    expectAfter(1_500, 'it');
  });

  it('waits for a person who speaks as well', () => {
    schedule('it');
    after.hear('agent', true);
    after.hear('person', true);
    after.hear('agent', false);
    clock.advance(20_000);
    after.hear('person', false);
    expectAfter(11_500, 'it');
  });

  it('waits for the agent to begin, whatever the person says meanwhile', () => {
    schedule('it', { quietMs: 0 });
    after.hear('person', true);
    after.hear('person', false);
    expectAfter(GUESSED_MS, 'it');
  });

  it('waits for a speech that is under way already', () => {
    after.hear('agent', true);
    schedule('it', { spoken: 'Bye.', quietMs: 0 });
    clock.advance(60_000);
    after.hear('agent', false);
    expectAfter(1_500, 'it');
  });

  it.each([
    ['agent', 150_000],
    ['person', 30_000],
  ] as const)('is done at last where the end of what the %s says is never told', (voice, longestMs) => {
    schedule('it');
    after.hear(voice, true);
    expectAfter(longestMs + 10_000, 'it');
  });

  it('is only the latest', () => {
    schedule('this');
    schedule('that');
    expectAfter(GUESSED_MS + 10_000, 'that');
  });

  it('is nothing once it was called off, whoever speaks', () => {
    schedule('it');
    after.callOff();
    after.hear('agent', true);
    after.hear('agent', false);
    clock.advance(1_000_000);
    expect(done).toEqual([]);
    expect(clock.open).toBe(0);
  });

  it('may be to wait again', () => {
    after.schedule('', 1_000, () => schedule('it', { spoken: '' }));
    clock.advance(1_000);
    expectAfter(10_000, 'it');
  });
});

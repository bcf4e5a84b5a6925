import { beforeEach, describe, expect, it } from 'vitest';
import { AfterSpeech, speakingMs } from './after-speech.js';
import { ManualClock } from './manual-clock.fixture.js';

const SENTENCE = 'Good morning, this is Example Voice. Do you have a minute?';
const GUESSED_MS = 5_367;

describe('An action after a speech', () => {
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

  it('the action runs when the text must have been said, as long as Twilio reports nothing', () => {
    schedule('it');
    expectAfter(GUESSED_MS + 10_000, 'it');
  });

  it('the action waits for the end of the speech once Twilio reports its beginning', () => {
    schedule('it');
    clock.advance(1_000);
    after.hear('agent', true);
    clock.advance(60_000);
    after.hear('agent', false);
    expectAfter(11_500, 'it');
  });

  it('the action is put off when more speech follows a pause', () => {
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

  it('the action also waits for a person who speaks', () => {
    schedule('it');
    after.hear('agent', true);
    after.hear('person', true);
    after.hear('agent', false);
    clock.advance(20_000);
    after.hear('person', false);
    expectAfter(11_500, 'it');
  });

  it('the action waits for the agent to begin, whatever the person says meanwhile', () => {
    schedule('it', { quietMs: 0 });
    after.hear('person', true);
    after.hear('person', false);
    expectAfter(GUESSED_MS, 'it');
  });

  it('the action waits for a speech that is already in progress', () => {
    after.hear('agent', true);
    schedule('it', { spoken: 'Bye.', quietMs: 0 });
    clock.advance(60_000);
    after.hear('agent', false);
    expectAfter(1_500, 'it');
  });

  it.each([
    ['agent', 150_000],
    ['person', 30_000],
  ] as const)('the action runs at last if the end of what the %s says is never reported', (voice, longestMs) => {
    schedule('it');
    after.hear(voice, true);
    expectAfter(longestMs + 10_000, 'it');
  });

  it('the latest action alone runs', () => {
    schedule('this');
    schedule('that');
    expectAfter(GUESSED_MS + 10_000, 'that');
  });

  it('a canceled action never runs, whoever speaks', () => {
    schedule('it');
    after.callOff();
    after.hear('agent', true);
    after.hear('agent', false);
    clock.advance(1_000_000);
    expect(done).toEqual([]);
    expect(clock.open).toBe(0);
  });

  it('an action may schedule another one', () => {
    after.schedule('', 1_000, () => schedule('it', { spoken: '' }));
    clock.advance(1_000);
    expectAfter(10_000, 'it');
  });
});

describe('How long something is spoken', () => {
  it.each([
    ['', 0],
    ['Good morning, this is Example Voice. Do you have a minute?', 5_367],
    ['早上好，您有时间吗？', 3_633],
  ])('the time is right for %j', (text, milliseconds) => {
    expect(speakingMs(text)).toBe(milliseconds);
  });
});

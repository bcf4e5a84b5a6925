import { describe, expect, it } from 'vitest';
import { endingOf, endingWithoutWord, isOpen, type CallSigns } from './call-ending.js';
import { END_KINDS, type EndKind } from './end-kind.js';

const NOTHING: CallSigns = { isAnswered: false, isSpoken: false, isTalk: false };
const ANSWERED: CallSigns = { ...NOTHING, isAnswered: true };
const AGENT_SPOKE: CallSigns = { ...ANSWERED, isSpoken: true };
const TALK: CallSigns = { isAnswered: true, isSpoken: true, isTalk: true };

const told = (kind: EndKind, signs: CallSigns) => {
  const { status, outcome, notPlaced } = endingOf(kind, signs);
  return [status, outcome ?? notPlaced?.fault].filter(Boolean).join(' ');
};

describe('What a call came to, by its last word', () => {
  it.each<[EndKind, string, string, string, string]>([
    ['talked', 'no_answer', 'completed', 'completed', 'completed'],
    ['hung_up', 'canceled', 'completed', 'completed', 'completed'],
    ['canceled', 'canceled', 'canceled', 'completed', 'completed'],
    ['voicemail', 'completed', 'completed', 'completed', 'completed'],
    ['no_answer', 'no_answer', 'no_answer', 'no_answer', 'no_answer'],
    ['busy', 'busy', 'busy', 'busy', 'busy'],
    ['bad_number', 'failed bad_number', 'failed bad_number', 'failed bad_number', 'failed bad_number'],
    ['refused', 'failed refused', 'failed refused', 'failed refused', 'completed reached'],
    ['not_connected', 'failed', 'failed', 'failed', 'completed reached'],
    ['broken_off', 'failed', 'failed', 'failed', 'completed reached'],
    ['unheard', 'failed no_answer', 'failed no_answer', 'failed no_answer', 'completed reached'],
    ['throttle', 'failed throttle', 'failed throttle', 'failed throttle', 'completed reached'],
    ['daily_limit', 'failed throttle', 'failed throttle', 'failed throttle', 'completed reached'],
    ['account', 'failed account', 'failed account', 'failed account', 'completed reached'],
  ])('%s: %s, taken %s, after the agent spoke %s, after talk %s', (kind, ...expected) => {
    expect([NOTHING, ANSWERED, AGENT_SPOKE, TALK].map((signs) => told(kind, signs))).toEqual(expected);
  });

  it('is a machine after its word alone', () => {
    const machines = END_KINDS.filter((kind) => endingOf(kind, TALK).answeredBy === 'machine');
    expect(machines).toEqual(['voicemail']);
  });

  it('is asked for again much later where a day is used up, and as soon as usual otherwise', () => {
    expect(endingOf('daily_limit', NOTHING).notPlaced).toEqual({ fault: 'throttle', retryAfterSeconds: 3_600 });
    expect(endingOf('throttle', NOTHING).notPlaced).toEqual({ fault: 'throttle' });
  });

  it('without a word, is nothing unless somebody took it', () => {
    expect(endingWithoutWord(NOTHING)).toBeUndefined();
    expect(endingWithoutWord(ANSWERED)).toEqual({ status: 'completed' });
  });

  it('is open as long as talk that was not told would change it', () => {
    const open = END_KINDS.filter((kind) => isOpen(kind, endingOf(kind, NOTHING)));
    expect(open).toEqual(['talked', 'hung_up', 'canceled', 'broken_off', 'unheard']);
    expect(END_KINDS.filter((kind) => isOpen(kind, endingOf(kind, TALK)))).toEqual([]);
  });
});

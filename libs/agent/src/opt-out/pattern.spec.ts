import { describe, expect, it } from 'vitest';
import { Automaton } from './automaton.js';
import { parsePattern } from './pattern.js';

/** True if the whole text is what the pattern says, read from either end. */
function fits(pattern: string, text: string): boolean {
  const words = text.split(' ').filter(Boolean);
  const answers = (['forward', 'backward'] as const).map((direction) => {
    const automaton = new Automaton([parsePattern(pattern)], direction);
    const matches = automaton.search({ words, isAnchored: true, count: { steps: 0 } });
    return matches.some(({ end }) => end === words.length);
  });
  expect(answers[0]).toBe(answers[1]);
  return answers[0]!;
}

describe('A pattern of words', () => {
  it.each([
    ['stop/quit calling', 'quit calling', 'stop'],
    ['stop [all] calls', 'stop calls', 'stop all all calls'],
    ['(me | my name) off', 'my name off', 'my off'],
    ['stop {me/again | right now}', 'stop me right now again', 'stop right again'],
    ['kein* interesse', 'keinerlei interesse', 'ein interesse'],
    ["*n't call", "don't call", "n't call"],
    ['in #', 'in 12', 'in b12'],
    ['at _', 'at noon', 'at noon today'],
    ['because ...', 'because i say so', 'because'],
    ['[[a] b] {{c}}', 'b c c', 'a c'],
  ])('the pattern %s fits "%s" and not "%s"', (pattern, fitting, other) => {
    expect(fits(pattern, fitting)).toBe(true);
    expect(fits(pattern, other)).toBe(false);
  });

  it.each([
    '',
    'stop (calling',
    'stop calling)',
    'stop [calling}',
    'stop ()',
    'stop |',
    'stop/',
    'call.+',
    'ca*ll',
    'Stop',
    'später',
    'call#',
    'me/*n',
    'appelee?',
    'a-b',
  ])('the pattern "%s" is an error', (pattern) => {
    expect(() => parsePattern(pattern)).toThrow('The rule "');
  });
});

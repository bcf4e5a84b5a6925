import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONVERSATION_BOUNDS, TurnLog } from './turn-log.js';

const { charactersOfTurn, turns: MOST_TURNS, bytes: MOST_BYTES } = CONVERSATION_BOUNDS;

describe('A log of turns', () => {
  it('the log keeps up to 4,000 characters a turn, an emoji being one', () => {
    const log = new TurnLog(() => 0);
    log.add('person', 'x'.repeat(60_000));
    log.add('person', '😀'.repeat(5_000));
    expect(log.turns.map(({ text }) => [...text].length)).toEqual([charactersOfTurn, charactersOfTurn]);
    expect(log.isFull).toBe(false);
  });

  it('the log is full with the first turn after 500', () => {
    const log = new TurnLog(() => 0);
    for (let n = 0; n < MOST_TURNS; n++) log.add('person', `turn ${n}`);
    expect(log.isFull).toBe(false);
    log.add('agent', 'one more');
    expect(log.isFull).toBe(true);
    expect(log.turns).toHaveLength(MOST_TURNS);
  });

  it('the log counts the turns of earlier sessions', () => {
    const earlier = Array.from({ length: MOST_TURNS }, () => ({
      role: 'person' as const,
      text: 'x',
      seconds_from_start: 0,
    }));
    const log = new TurnLog(() => 0, earlier);
    log.add('person', 'one more');
    expect(log.isFull).toBe(true);
  });

  it('the log never exceeds 200 kB', () => {
    const unit = fc.constantFrom('x', 'ß', '語', '😀');
    const said = fc.tuple(unit, fc.integer({ min: 1, max: 6_000 })).map(([letter, times]) => letter.repeat(times));
    fc.assert(
      fc.property(fc.array(said, { minLength: 20, maxLength: 80 }), (texts) => {
        const log = new TurnLog(() => 0);
        for (const text of texts) log.add('person', text);
        const bytes = log.turns.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
        expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
        expect(log.isFull).toBe(log.turns.length < texts.length);
      }),
    );
  });
});

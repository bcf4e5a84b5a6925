import { describe, expect, it } from 'vitest';
import { nameOfText } from './statement-names.js';

describe('nameOfText', () => {
  it('gives the same text the same name, and another text another', () => {
    const name = nameOfText('SELECT 1');
    expect(name).toMatch(/^orm:.{32}$/);
    expect([nameOfText('SELECT 1'), nameOfText('SELECT 2') === name]).toEqual([name, false]);
  });

  it('gives no name to pages beyond the first, which would use up the names', () => {
    expect(nameOfText('SELECT id FROM areas ORDER BY id LIMIT 20')).not.toBe('');
    expect(nameOfText('SELECT id FROM areas ORDER BY id LIMIT 20 OFFSET 40')).toBe('');
  });
});

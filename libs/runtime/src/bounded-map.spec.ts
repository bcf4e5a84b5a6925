import { describe, expect, it } from 'vitest';
import { BoundedMap } from './bounded-map.js';

function mapOf(most: number, ...keys: string[]): BoundedMap<string, number> {
  const map = new BoundedMap<string, number>(most);
  for (const [index, key] of keys.entries()) map.set(key, index);
  return map;
}

describe('A bounded map', () => {
  it('keeps the entries that were set last', () => {
    const map = mapOf(2, 'a', 'b', 'c');
    expect(['a', 'b', 'c'].map((key) => map.get(key))).toEqual([undefined, 1, 2]);
  });

  it('counts an entry that is set again as the latest one', () => {
    const map = mapOf(2, 'a', 'b', 'a', 'c');
    expect(['a', 'b', 'c'].map((key) => map.get(key))).toEqual([2, undefined, 3]);
  });

  it('has no entry that was deleted, and room for another', () => {
    const map = mapOf(2, 'a', 'b');
    map.delete('a');
    map.set('c', 2);
    expect(['a', 'b', 'c'].map((key) => map.get(key))).toEqual([undefined, 1, 2]);
  });
});

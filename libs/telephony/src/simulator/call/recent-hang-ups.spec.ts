import { expect, it } from 'vitest';
import { RecentHangUps } from './recent-hang-ups.js';

it('remembers the latest hang-ups only', () => {
  const hangUps = new RecentHangUps(2);
  for (const [index, key] of ['a', 'b', 'c'].entries()) hangUps.remember(key, index);
  expect(['a', 'b', 'c'].map((key) => hangUps.find(key))).toEqual([undefined, 1, 2]);
});

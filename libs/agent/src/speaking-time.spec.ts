import { describe, expect, it } from 'vitest';
import { speakingMs } from './speaking-time.js';

describe('How long something is spoken', () => {
  it.each([
    ['', 0],
    ['Good morning, this is Example Voice. Do you have a minute?', 5_367],
    ['早上好，您有时间吗？', 3_633],
  ])('the time is right for %j', (text, milliseconds) => {
    expect(speakingMs(text)).toBe(milliseconds);
  });
});

import { describe, expect, it } from 'vitest';
import { callingWindowProblem, DEFAULT_CALLING_WINDOW } from './calling-window.js';

const WINDOW = { days: ['mon'], from: '09:00', to: '17:00' };

describe('callingWindowProblem', () => {
  it.each([
    DEFAULT_CALLING_WINDOW,
    WINDOW,
    { ...WINDOW, to: '24:00' },
    { ...WINDOW, from: '22:00', to: '02:00' },
    { ...WINDOW, to: '00:00' },
  ])('the window %j is valid', (window) => {
    expect(callingWindowProblem(window)).toBeNull();
  });

  it.each([
    [null, 'object'],
    ['09:00-17:00', 'object'],
    [[WINDOW], 'object'],
    [{ ...WINDOW, zone: 'UTC' }, '"zone"'],
    [{ from: '09:00', to: '17:00' }, 'at least one day'],
    [{ ...WINDOW, days: [] }, 'at least one day'],
    [{ ...WINDOW, days: 'mon' }, 'at least one day'],
    [{ ...WINDOW, days: ['mon', 'Tue'] }, '"Tue"'],
    [{ ...WINDOW, days: ['mon', null] }, 'null'],
    [{ ...WINDOW, days: ['mon', 'mon'] }, 'once'],
    [{ ...WINDOW, from: '9:00' }, 'from'],
    [{ ...WINDOW, from: '24:00' }, 'from'],
    [{ ...WINDOW, from: 540 }, 'from'],
    [{ ...WINDOW, to: '17:60' }, 'to must'],
    [{ ...WINDOW, to: '24:01' }, 'to must'],
    [{ ...WINDOW, to: undefined }, 'to must'],
    [{ ...WINDOW, to: '09:00' }, 'differ'],
  ])('the window %j is rejected with a reason', (window, words) => {
    const problem = callingWindowProblem(window);
    expect(problem).toContain(words);
    expect(problem).toMatch(/^calling_window.*\.$/);
  });
});

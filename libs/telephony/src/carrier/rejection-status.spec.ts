import { expect, it } from 'vitest';
import { isRefusal } from './rejection-status.js';

it.each([400, 401, 403, 404, 410, 421, 422, 429])('%i refuses a call', (status) => {
  expect(isRefusal(status)).toBe(true);
});

it.each([0, 100, 200, 204, 302, 307, 408, 409, 425, 499, 500, 502, 503, 504, 599])(
  '%i leaves open whether it rings',
  (status) => {
    expect(isRefusal(status)).toBe(false);
  },
);

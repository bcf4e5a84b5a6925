import { describe, expect, it } from 'vitest';
import { faultOf, pauseSecondsOf } from './rejections.js';

describe('faultOf', () => {
  it.each([
    ['permanent', 400, [21201, 21211, 21214, 21216, 21217, 13224]],
    ['account', 401, [20003]],
    ['account', 403, [20005, 10001, 10002, 10005]],
    ['account', 400, [21205, 21210, 21212, 21219, 21223, 573005]],
    ['throttle', 429, [20429]],
    ['throttle', 400, [10004, 22005, 64109]],
    ['retryable', 400, [21215, 13227]],
    ['retryable', 400, [21999, 0]],
  ])('%s: HTTP %i with %j', (fault, status, codes) => {
    for (const code of codes) expect(faultOf(status, code)).toBe(fault);
  });

  it.each([
    [400, 'retryable'],
    [401, 'account'],
    [403, 'account'],
    [404, 'account'],
    [409, 'retryable'],
    [429, 'throttle'],
  ])('without a code, HTTP %i is %s', (status, fault) => {
    expect(faultOf(status, null)).toBe(fault);
  });

  it('leaves a full queue alone for long', () => {
    expect(pauseSecondsOf(22005)).toBe(600);
    expect(pauseSecondsOf(20429)).toBeUndefined();
    expect(pauseSecondsOf(null)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { loggedError } from './logged-error.js';

describe('loggedError', () => {
  it('keeps the name, the code, the stack and the cause of an error', () => {
    const cause = Object.assign(new TypeError('no route'), { code: 'EHOSTUNREACH' });
    const fields = loggedError(new Error('no answer', { cause }));
    expect(fields).toMatchObject({
      name: 'Error',
      message: 'no answer',
      stack: expect.stringMatching(/^at .*logged-error\.spec/),
      cause: { name: 'TypeError', message: 'no route', code: 'EHOSTUNREACH' },
    });
  });

  it('leaves out the values of a statement that failed', () => {
    const error = Object.assign(new Error('duplicate key'), { parameters: ['secret'], detail: 'Key (secret) exists' });
    expect(JSON.stringify(loggedError(error))).not.toContain('secret');
  });

  it('cuts a long message, and does not repeat it in the stack', () => {
    const fields = loggedError(new Error('x\u202e'.repeat(100_000)));
    expect(fields['message']).toHaveLength(502);
    expect(fields['stack']).not.toContain('x\u202e');
  });

  it('ends with a cause that is its own cause', () => {
    const error = new Error('circular');
    error.cause = error;
    expect(JSON.stringify(loggedError(error)).match(/circular/g)).toHaveLength(4);
  });

  it('says what was thrown where it is no error', () => {
    expect(loggedError('nothing')).toEqual({ message: 'nothing' });
  });
});

import { describe, expect, it } from 'vitest';
import { faultOf, isOverAfter, SESSION_ENDS } from './session-end.js';

describe('The end of a session', () => {
  it('is the end of the conversation, unless the connection or its process went away', () => {
    expect(SESSION_ENDS.filter((end) => !isOverAfter(end))).toEqual(['shut_down', 'lost']);
  });

  it('is our fault where nothing was answered and it was for us to answer', () => {
    const faults = [...SESSION_ENDS, null].map((sessionEnd) => [
      sessionEnd,
      faultOf({ sessionEnd, hasAnswered: false }),
    ]);
    expect(faults.filter(([, fault]) => fault !== null)).toEqual([
      ['model_failed', 'model_failed'],
      ['shut_down', 'shut_down'],
      [null, 'conversation_broken_off'],
    ]);
  });

  it('is never our fault once the agent has answered: a conversation took place', () => {
    for (const sessionEnd of [...SESSION_ENDS, null]) expect(faultOf({ sessionEnd, hasAnswered: true })).toBeNull();
  });
});

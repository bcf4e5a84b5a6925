import { describe, expect, it } from 'vitest';
import { faultOf, isOverAfter, SESSION_ENDS } from './session-end.js';

describe('The end of a session', () => {
  it('a session ends its conversation, unless the connection broke or the process stopped', () => {
    expect(SESSION_ENDS.filter((end) => !isOverAfter(end))).toEqual(['shut_down', 'lost']);
  });

  it('an unanswered session is a fault of Outdial if its model should have answered', () => {
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

  it('a session that the agent has answered is never a fault of Outdial', () => {
    for (const sessionEnd of [...SESSION_ENDS, null]) expect(faultOf({ sessionEnd, hasAnswered: true })).toBeNull();
  });
});

import type { TestOutcome } from '#rules/phone-number/test-number.js';
import type { AnsweredScript, PlacedScript, UnansweredScript } from './call-script.js';

/** Milliseconds that every test call takes: to set up, to ring, and to talk. */
const SETUP_MS = 50;
const RING_MS = 200;
const TALK_MS = 500;

const CALLBACK_AFTER_MS = 3_600_000;

/** Courses of test calls. Each is shorter than any limit that a campaign can set. */
const SCRIPTS: Readonly<Record<TestOutcome, PlacedScript>> = {
  goal_reached: answered({ answeredBy: 'human', outcome: 'goal_reached', endReason: 'agent_hung_up' }),
  reached: answered({ answeredBy: 'human', outcome: 'reached', endReason: 'person_hung_up' }),
  voicemail: answered({ answeredBy: 'machine', outcome: 'voicemail', endReason: 'message_left' }),
  no_answer: unanswered({ status: 'no_answer', outcome: 'no_answer', endReason: 'ring_timeout' }),
  busy: neverRings({ status: 'busy', outcome: 'busy', endReason: 'user_busy' }),
  bad_number: neverRings({ status: 'failed', outcome: 'bad_number', endReason: 'unallocated_number' }),
  refused: neverRings({ status: 'failed', outcome: 'refused', endReason: 'network_congestion' }),
  opt_out: answered({ answeredBy: 'human', outcome: 'opt_out', endReason: 'person_hung_up' }),
  callback_requested: {
    ...answered({ answeredBy: 'human', outcome: 'callback_requested', endReason: 'person_hung_up' }),
    callbackAfterMs: CALLBACK_AFTER_MS,
  },
  provider_error: neverRings({ status: 'failed', outcome: 'provider_error', endReason: 'network_failure' }),
};

/** Returns the course of a test call. The same outcome always has the same course. */
export function testScript(outcome: TestOutcome): PlacedScript {
  return SCRIPTS[outcome];
}

function answered(end: Pick<AnsweredScript, 'answeredBy' | 'outcome' | 'endReason'>): AnsweredScript {
  const answeredAtMs = SETUP_MS + RING_MS;
  return { kind: 'answered', ringsAtMs: SETUP_MS, answeredAtMs, endsAtMs: answeredAtMs + TALK_MS, ...end };
}

function unanswered(end: Pick<UnansweredScript, 'status' | 'outcome' | 'endReason'>): UnansweredScript {
  return { kind: 'unanswered', ringsAtMs: SETUP_MS, endsAtMs: SETUP_MS + RING_MS, ...end };
}

function neverRings(end: Pick<UnansweredScript, 'status' | 'outcome' | 'endReason'>): UnansweredScript {
  return { kind: 'unanswered', ringsAtMs: null, endsAtMs: SETUP_MS + RING_MS, ...end };
}

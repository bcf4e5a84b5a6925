/**
 * Reasons for which a session of a conversation ended:
 * - `hung_up`: the person hung up.
 * - `agent_hung_up`, `silence`, `longest_call`: the agent ended it, as intended.
 * - `too_long`: the agent ended it, because more was said than a conversation holds.
 * - `model_failed`: the agent ended it, because the model gave no answers.
 * - `shut_down`: the process that held the conversation stopped. The call may continue in another session.
 * - `lost`: the connection broke. The call may continue in another session.
 */
export const SESSION_ENDS = [
  'hung_up',
  'agent_hung_up',
  'silence',
  'longest_call',
  'too_long',
  'model_failed',
  'shut_down',
  'lost',
] as const;
export type SessionEnd = (typeof SESSION_ENDS)[number];

/** True if the conversation is over with its session. */
export function isOverAfter(end: SessionEnd): boolean {
  return end !== 'shut_down' && end !== 'lost';
}

/**
 * Returns the fault of Outdial's side for which a conversation never took place; null if there is none. A broken
 * connection cannot be told from a person who hung up.
 * @param sessionEnd end of the latest session; null if it was not recorded, since the process that held it died.
 * @param hasAnswered true if the agent has said anything that its model generated.
 */
export function faultOf(talk: {
  readonly sessionEnd: SessionEnd | null;
  readonly hasAnswered: boolean;
}): string | null {
  if (talk.hasAnswered) return null;
  switch (talk.sessionEnd) {
    case 'model_failed':
    case 'shut_down':
      return talk.sessionEnd;
    case null:
      return 'conversation_broken_off';
    default:
      return null;
  }
}

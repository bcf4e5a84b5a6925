/**
 * How a session of a conversation ended. hung_up: by the person · agent_hung_up, silence, longest_call: by us, as it
 * should · too_long: by us, since more was said than a conversation holds · model_failed: by us, for want of answers ·
 * shut_down: the process that held it went away · lost: the connection broke. After the last two the call may go on, in
 * another session.
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

/** Whether the conversation is over with it, and not only the session. */
export function isOverAfter(end: SessionEnd): boolean {
  return end !== 'shut_down' && end !== 'lost';
}

/**
 * What we, and not the person, are to blame for, where a conversation never took place; null: nothing. A connection
 * that broke while we were there is not told from a person who hung up.
 * @param sessionEnd of the latest session; null: nobody has written it down, so whoever held it has died.
 * @param hasAnswered whether the agent has said anything that its model made.
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

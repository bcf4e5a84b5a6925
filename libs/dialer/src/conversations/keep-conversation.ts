import type { Sql } from '#database/connection/sql.js';
import { storeConversation, type KeptConversation } from '#database/statements/conversations/keep-conversation.js';
import { isOverAfter } from '#rules/access/session-end.js';

/**
 * Keeps the turns of a conversation as one session has them.
 *
 * 1. Decide if the conversation is over: some ends of a session may be followed by another session.
 * 2. Store the turns. Once it is over, this also schedules the request for its result.
 * @returns true if it was stored.
 */
export function keepConversation(sql: Sql, kept: KeptConversation): Promise<boolean> {
  return storeConversation(sql, kept, { isOver: kept.end !== null && isOverAfter(kept.end) });
}

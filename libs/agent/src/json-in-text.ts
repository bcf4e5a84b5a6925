import { MESSAGE_BOUNDS, parseBounded } from '#runtime/bounded-json.js';
import { ChatError } from './chat-error.js';

/**
 * Returns the one JSON object of a model's answer, which may stand in a code block or between sentences.
 * @throws ChatError `unreadable`
 */
export function jsonIn(text: string): unknown {
  const [from, to] = [text.indexOf('{'), text.lastIndexOf('}')];
  try {
    return parseBounded(text.slice(Math.max(from, 0), to + 1), MESSAGE_BOUNDS);
  } catch {
    throw new ChatError('unreadable', 'the answer is not JSON');
  }
}

import type { ConversationTurn } from '#rules/call/call-report.js';
import type { ChatMessage } from './chat-model.js';
import { GOODBYE_MARK } from './goodbye-mark.js';
import { languageName } from './language.js';

/** Instructions that every agent receives beside its campaign's prompt. */
const ON_THE_PHONE = [
  'You are on the telephone. What you write is spoken as it stands: short, plain sentences, no lists, no ' +
    'markup, no emoji.',
  'A line in parentheses tells what happens on the line; nobody has said it.',
  'If the person does not want to be called again, promise that, say goodbye and end the call.',
  `To end the call, say goodbye and write ${GOODBYE_MARK} at the very end.`,
].join('\n');

const PICKED_UP = '(The person has picked up.)';

export interface Talk {
  readonly systemPrompt: string;
  /** RFC 5646; null: the prompt decides. */
  readonly language: string | null;
  readonly turns: readonly ConversationTurn[];
  /** Event during the call that nobody has spoken. */
  readonly note: string | null;
}

/**
 * Returns the conversation so far as a model receives it. There is one system message, and then the two sides
 * alternate, the person first: many models' templates reject anything else.
 */
export function chatMessages({ systemPrompt, language, turns, note }: Talk): ChatMessage[] {
  const said = turns.map(({ role, text }): ChatMessage => ({ role: ROLES[role], content: text }));
  const opening: ChatMessage[] = said[0]?.role === 'user' ? [] : [{ role: 'user', content: PICKED_UP }];
  const closing: ChatMessage[] = note === null ? [] : [{ role: 'user', content: note }];
  return [
    { role: 'system', content: `${systemPrompt}\n\n${onThePhone(language)}` },
    ...byTurns([...opening, ...said, ...closing]),
  ];
}

function onThePhone(language: string | null): string {
  return language === null ? ON_THE_PHONE : `${ON_THE_PHONE}\nSpeak ${languageName(language)}.`;
}

const ROLES = { agent: 'assistant', person: 'user' } as const;

/** Joins consecutive messages of one side. */
function byTurns(messages: readonly ChatMessage[]): ChatMessage[] {
  const merged: ChatMessage[] = [];
  for (const message of messages) {
    const last = merged.at(-1);
    if (last?.role === message.role) {
      merged[merged.length - 1] = { role: last.role, content: `${last.content}\n${message.content}` };
    } else merged.push(message);
  }
  return merged;
}

import type { ConversationTurn } from '#rules/call/call-report.js';

export type Texts = readonly [string, ...string[]];

/** One turn, to be said in one of several ways; `{name}`, `{of}` and `{purpose}` are filled in. */
export interface Turn {
  readonly role: ConversationTurn['role'];
  readonly texts: Texts;
}

export function agent(...texts: Texts): Turn {
  return { role: 'agent', texts };
}

export function person(...texts: Texts): Turn {
  return { role: 'person', texts };
}

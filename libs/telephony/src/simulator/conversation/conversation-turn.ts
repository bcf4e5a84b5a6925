import type { ConversationTurn } from '#rules/call/call-report.js';

export type Texts = readonly [string, ...string[]];

/** One turn, to be said in one of several ways; `{name}`, `{of}` and `{purpose}` are filled in. */
export interface Line {
  readonly role: ConversationTurn['role'];
  readonly texts: Texts;
}

export function agent(...texts: Texts): Line {
  return { role: 'agent', texts };
}

export function person(...texts: Texts): Line {
  return { role: 'person', texts };
}

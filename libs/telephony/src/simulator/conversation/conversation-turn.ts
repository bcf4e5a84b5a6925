import type { ConversationTurn } from '#rules/call/call-report.js';

export type Texts = readonly [string, ...string[]];

/** Turn with several wordings. `{name}`, `{of}` and `{purpose}` are placeholders. */
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

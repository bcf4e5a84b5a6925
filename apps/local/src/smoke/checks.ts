import type { SmokeProvider } from '#config/smoke-config.js';

/** Facts of an answered call, which arrive with its end or later. */
export const FACTS = {
  twilio: ['answered by', 'recording', 'cost'],
  vapi: ['recording', 'messages', 'transcript', 'summary', 'wishes', 'cost'],
} as const satisfies Record<SmokeProvider, readonly string[]>;
export type FactName = (typeof FACTS)[SmokeProvider][number];

/** Lists all checks, in the order of the table. */
export function checksOf(provider: SmokeProvider): readonly string[] {
  const conversation = provider === 'twilio' ? ['conversation'] : [];
  const call = [
    'settings',
    'listening',
    'tunnel',
    'create',
    "look-up by the provider's id",
    'look-up by our key',
    'end',
    'webhooks',
  ];
  return [...call, ...FACTS[provider], ...conversation];
}

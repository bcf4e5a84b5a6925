/** Scopes of an API key. Every part of the API can be read or written; the audit log can only be read. */
export const SCOPES = [
  'campaigns:read',
  'campaigns:write',
  'contacts:read',
  'contacts:write',
  'imports:read',
  'imports:write',
  'calls:read',
  'calls:write',
  'dnc:read',
  'dnc:write',
  'consents:read',
  'consents:write',
  'people:read',
  'people:write',
  'telephony:read',
  'telephony:write',
  'tenant:read',
  'tenant:write',
  'audit:read',
] as const;
export type Scope = (typeof SCOPES)[number];

/** Part of the API that a scope names: the word before the colon. */
export type ScopeSubject = Scope extends `${infer Subject}:${string}` ? Subject : never;

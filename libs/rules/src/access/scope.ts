/** What an API key may be used for: every room of the API is read or written; the audit log is only read. */
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

/** What scopes speak of: the part before the colon. */
export type ScopeSubject = Scope extends `${infer Subject}:${string}` ? Subject : never;

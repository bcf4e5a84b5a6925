/** What a campaign does once it is known that a machine has taken the call: end it, or talk on as to a person. */
export const VOICEMAIL_ACTIONS = ['hangup', 'continue'] as const;
export type VoicemailAction = (typeof VOICEMAIL_ACTIONS)[number];

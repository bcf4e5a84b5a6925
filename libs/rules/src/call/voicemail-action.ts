/** Actions of a campaign once a machine is known to have answered: end the call, or talk on. */
export const VOICEMAIL_ACTIONS = ['hangup', 'continue'] as const;
export type VoicemailAction = (typeof VOICEMAIL_ACTIONS)[number];

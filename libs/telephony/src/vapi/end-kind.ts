/** Kinds of ends, each for several of Vapi's words. */
export const END_KINDS = [
  /** The conversation came to its end. */
  'talked',
  /** Our side hung up. */
  'hung_up',
  'voicemail',
  'no_answer',
  'busy',
  'canceled',
  'bad_number',
  /** The called network or callee rejects calls from this caller id. */
  'refused',
  /** The call never became a conversation. */
  'not_connected',
  /** The conversation was cut off, through no fault of the callee. */
  'broken_off',
  /** Silence: the callee was not heard. */
  'unheard',
  /**
   * Calls that Vapi did not place. `throttle`: too many at once. `daily_limit`: too many in one day. `account`: no
   * credit, wrong settings or a distrusted account.
   */
  'throttle',
  'daily_limit',
  'account',
] as const;
export type EndKind = (typeof END_KINDS)[number];

/**
 * Source: https://docs.vapi.ai/calls/call-ended-reason. `hangup` and `assistant-not-provided` are on that site, but not
 * in its list.
 */
const WORDS: ReadonlyMap<string, EndKind> = new Map([
  ['assistant-forwarded-call', 'talked'],
  ['silence-timed-out', 'talked'],
  ['exceeded-max-duration', 'talked'],
  ['vonage-completed', 'talked'],
  ['call.in-progress.twilio-completed-call', 'talked'],
  ['call.in-progress.sip-completed-call', 'talked'],
  ['call.in-progress.error-transfer-failed', 'talked'],
  ['assistant-said-end-call-phrase', 'hung_up'],
  ['hangup', 'hung_up'],
  ['voicemail', 'voicemail'],
  ['customer-did-not-answer', 'no_answer'],
  ['customer-busy', 'busy'],
  ['manually-canceled', 'canceled'],
  ['scheduled-call-deleted', 'canceled'],
  ['call-deleted', 'canceled'],
  ['twilio-reported-customer-misdialed', 'bad_number'],
  /** The caller id cannot reach other countries. */
  ['call.start.error-vapi-number-international', 'refused'],
  ['call.in-progress.error-sip-outbound-call-failed-to-connect', 'not_connected'],
  ['call.in-progress.error-sip-inbound-call-failed-to-connect', 'not_connected'],
  ['call.in-progress.error-vapifault-worker-not-available', 'not_connected'],
  ['call.in-progress.error-vapifault-transport-never-connected', 'not_connected'],
  ['call.in-progress.error-providerfault-transport-never-connected', 'not_connected'],
  ['customer-did-not-give-microphone-permission', 'not_connected'],
  ['phone-call-provider-bypass-enabled-but-no-call-received', 'not_connected'],
  ['vonage-failed-to-connect-call', 'not_connected'],
  ['vonage-rejected', 'not_connected'],
  ['worker-shutdown', 'broken_off'],
  ['assistant-join-timed-out', 'broken_off'],
  ['vonage-disconnected', 'broken_off'],
  ['phone-call-provider-closed-websocket', 'broken_off'],
  ['call.in-progress.error-assistant-did-not-receive-customer-audio', 'unheard'],
  ['call.start.error-subscription-concurrency-limit-reached', 'throttle'],
  ['call.start.error-vapi-number-outbound-daily-limit', 'daily_limit'],
  ['call.start.error-get-assistant', 'account'],
  ['call.start.error-get-phone-number', 'account'],
  ['call.start.error-get-resources-validation', 'account'],
  ['call.start.error-get-transport', 'account'],
  ['call.start.error-fraud-check-failed', 'account'],
  ['call.start.assistant-version-error-validation', 'account'],
  ['call-start-error-neither-assistant-nor-server-set', 'account'],
]);

/** Prefixes of the errors, of which Vapi has hundreds and adds some every month. The first that matches counts. */
const BEGINNINGS: readonly (readonly [string, EndKind])[] = [
  ['customer-ended-call', 'talked'],
  ['call.forwarding.', 'talked'],
  ['call.ending.', 'talked'],
  ['call.in-progress.error-warm-transfer-', 'talked'],
  ['assistant-ended-call', 'hung_up'],
  ['call.in-progress.error-', 'broken_off'],
  ['pipeline-', 'broken_off'],
  ['call.start.error-subscription-', 'account'],
  ['call.start.error-enterprise-feature-', 'account'],
  ['assistant-not-', 'account'],
  ['call.start.', 'not_connected'],
  ['call.ringing.', 'not_connected'],
  ['assistant-request-', 'not_connected'],
  ['twilio-failed-', 'not_connected'],
];

/**
 * Kinds by the SIP status of the network (RFC 3261, 21.4 and 21.6). Any other status means that there was no
 * connection.
 */
const SIP_KINDS: Readonly<Record<string, EndKind>> = {
  401: 'account',
  407: 'account',
  403: 'refused',
  404: 'bad_number',
  410: 'bad_number',
  484: 'bad_number',
  604: 'bad_number',
  408: 'no_answer',
  480: 'no_answer',
  487: 'no_answer',
  603: 'no_answer',
  486: 'busy',
  600: 'busy',
};

/**
 * Returns the kind of an end. An unknown word counts as the end of a conversation, unless it names a failure. The call
 * keeps the word as its `end_reason`.
 */
export function endKindOf(reason: string): EndKind {
  return knownEndKindOf(reason) ?? (/error|fault|fail/i.test(reason) ? 'broken_off' : 'talked');
}

/** Returns undefined for an unknown word. */
export function knownEndKindOf(reason: string): EndKind | undefined {
  const exact = WORDS.get(reason);
  if (exact) return exact;
  const sipCode = /-outbound-sip-(\d{3})\b/.exec(reason)?.[1];
  if (sipCode !== undefined) return SIP_KINDS[sipCode] ?? 'not_connected';
  return BEGINNINGS.find(([beginning]) => reason.startsWith(beginning))?.[1];
}

import type { SmokeProvider } from '#config/smoke-config.js';
import type { PlaceCallResult } from '#telephony/port/telephony-provider.js';

type Rejection = Extract<PlaceCallResult, { kind: 'rejected' }>;
type Meaning = readonly [pattern: RegExp, sentence: string];

/**
 * Meanings of rejections: https://www.twilio.com/docs/api/errors, and answers of networks. Vapi has only words, for
 * rejections and for ends. The first that matches counts.
 */
const MEANINGS: Readonly<Record<SmokeProvider, readonly Meaning[]>> = {
  twilio: [
    [
      /^20003$/,
      'TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN (or TWILIO_API_KEY and TWILIO_API_SECRET) do not fit: copy them anew.',
    ],
    [/^20008$/, 'Those are test credentials, which call nobody: use the live ones.'],
    [
      /^(20404|HTTP 404)$/,
      'There is no such account at TWILIO_API_URL: look at TWILIO_ACCOUNT_SID, and at the region.',
    ],
    [/^(10001|20005)$/, 'The account is closed or suspended: the console says why.'],
    [/^(10002|10005)$/, 'The account may not call: a trial, or one whose voice is switched off; the console says why.'],
    [/^(21210|21212)$/, 'TWILIO_FROM is no number of the account that may call, or one that is not verified.'],
    [/^(21219|573005)$/, 'A trial account calls verified numbers alone: verify SMOKE_TO in the console.'],
    [/^(21215|13227)$/, 'The country of SMOKE_TO is not enabled: Voice, Settings, Geo permissions in the console.'],
    [
      /^(21201|21211|21214|21216|21217|13223|13224)$/,
      'SMOKE_TO cannot be called: is it right, and not on a blocked list?',
    ],
    [/\(SIP (404|410|484|604)\)/, 'There is no such number: is SMOKE_TO right?'],
    [
      /\(SIP 403\)/,
      'The call was rejected on its way: may the account call the country of SMOKE_TO (Geo permissions)?',
    ],
    [/^(21205|21223)$/, 'The address of the webhooks is not accepted: look at PUBLIC_URL (no underscore in its host).'],
  ],
  vapi: [
    [
      /^(HTTP 401|unauthorized|invalid key)|api key/i,
      'VAPI_API_KEY must be a private key of the organisation, not a public one.',
    ],
    [
      /daily.outbound|outbound-daily-limit/i,
      "Vapi's own numbers may call a few times a day: import one, or wait until tomorrow (UTC).",
    ],
    [/concurren/i, 'The organisation has as many calls at once as it may have: end some, or wait.'],
    [/international/i, "Vapi's own numbers do not call abroad: import one that does."],
    [
      /\btrial\b|verified/i,
      'A trial account calls verified numbers alone: verify SMOKE_TO with the number that calls.',
    ],
    [/^customer\.|customer'?s? (phone )?number|misdialed/i, 'SMOKE_TO cannot be called: is it right?'],
    [
      /phoneNumber|phone.number|get-transport|not found|HTTP 404/i,
      'VAPI_PHONE_NUMBER_ID must be the id of a number of the organisation, and its carrier must accept calls ' +
        'from Vapi.',
    ],
    [
      /wallet|credit|balance|billing|subscription|payment/i,
      'The organisation has no credit: the dashboard says more under Billing.',
    ],
    [/fraud/i, 'Vapi does not trust the call: ask its support.'],
    [
      /outbound-sip-40[137]/,
      'The trunk of the number that calls rejects it: look at its credentials in the dashboard.',
    ],
    [/customer-audio/, 'Nothing was heard of whoever answered the call: did the phone pass on any sound?'],
    [
      /voice|eleven-labs|playht|cartesia/i,
      'The voice failed: look at SMOKE_VOICE_ID, and at the keys of its provider.',
    ],
    [
      /transcriber|deepgram|assembly-ai/i,
      'What was said could not be written down: look at the keys of the transcriber.',
    ],
    [
      /assistant|resources-validation/i,
      'Vapi does not accept what the call asks for: the dashboard says more under Logs.',
    ],
    [/llm|model|openai/i, 'The language model failed: look at the keys and limits of its provider.'],
    [/pipeline|worker|transport|websocket|vapifault/i, 'A fault at Vapi, which usually passes: try again.'],
  ],
};

const BY_FAULT: Readonly<Record<Rejection['fault'], string>> = {
  permanent: 'It usually means that SMOKE_TO cannot be called.',
  retryable: 'It usually passes: try again, and look at what the provider says of the code.',
  throttle: 'Too much at once, or a limit of the account: try again later.',
  account: 'It usually means credentials, credit or settings of the account.',
};

/** Returns the usual meaning of a rejection, and advice. */
export function rejectionMeaning(provider: SmokeProvider, { fault, code }: Rejection): string {
  if (code === 'provider_unreachable')
    return `Nobody answers at ${provider.toUpperCase()}_API_URL: network, name or proxy?`;
  return meaningOf(provider, code) ?? BY_FAULT[fault];
}

/** Returns the usual meaning of an end reason, and advice. */
export function endMeaning(provider: SmokeProvider, endReason: string | null): string {
  return meaningOf(provider, endReason ?? '') ?? CONSOLES[provider];
}

const CONSOLES: Readonly<Record<SmokeProvider, string>> = {
  twilio: "Twilio's console says more of the call.",
  vapi: "Vapi's dashboard says more of the call.",
};

function meaningOf(provider: SmokeProvider, word: string): string | undefined {
  return MEANINGS[provider].find(([pattern]) => pattern.test(word))?.[1];
}

/** Voice in the attributes of ConversationRelay. */
export interface RelayVoice {
  readonly ttsProvider?: string;
  readonly voice?: string;
}

const TTS_PROVIDERS = ['ElevenLabs', 'Google', 'Amazon'] as const;

/** Prefixes of voice names in `<Say>`, which has no voices of ElevenLabs. */
const SAY_PREFIXES = { Google: 'Google.', Amazon: 'Polly.' } as const;

/**
 * Reads a campaign's `voice_id`, written `provider:voice`: `ElevenLabs:UgBBYS2sOqTuMpoF3BR0`,
 * `Google:en-US-Chirp3-HD-Aoede`, `Amazon:Joanna-Neural`. Without a provider it is a voice of Twilio's default
 * provider. An empty one leaves the voice to Twilio.
 */
export function toRelayVoice(voiceId: string): RelayVoice {
  const colon = voiceId.indexOf(':');
  const prefix = voiceId.slice(0, Math.max(colon, 0)).toLowerCase();
  const ttsProvider = TTS_PROVIDERS.find((one) => one.toLowerCase() === prefix);
  const voice = (ttsProvider ? voiceId.slice(colon + 1) : voiceId).trim();
  return { ...(ttsProvider ? { ttsProvider } : {}), ...(voice ? { voice } : {}) };
}

/** Returns the same voice for `<Say>`; undefined if `<Say>` lacks it, or none is named. */
export function toSayVoice(voiceId: string): string | undefined {
  const { ttsProvider, voice } = toRelayVoice(voiceId);
  if (ttsProvider === undefined || voice === undefined) return voice;
  return ttsProvider in SAY_PREFIXES ? SAY_PREFIXES[ttsProvider as keyof typeof SAY_PREFIXES] + voice : undefined;
}

/** A voice as ConversationRelay takes it. */
export interface RelayVoice {
  readonly ttsProvider?: string;
  readonly voice?: string;
}

const TTS_PROVIDERS = ['ElevenLabs', 'Google', 'Amazon'] as const;

/** What `<Say>` calls the voices of these; it has none of ElevenLabs. */
const SAY_PREFIXES = { Google: 'Google.', Amazon: 'Polly.' } as const;

/**
 * A campaign's `voice_id`, as `provider:voice`: `ElevenLabs:UgBBYS2sOqTuMpoF3BR0`, `Google:en-US-Chirp3-HD-Aoede`,
 * `Amazon:Joanna-Neural`. Without a provider it is a voice of the provider that Twilio takes by itself; an empty one
 * leaves the voice to Twilio.
 */
export function toRelayVoice(voiceId: string): RelayVoice {
  const colon = voiceId.indexOf(':');
  const prefix = voiceId.slice(0, Math.max(colon, 0)).toLowerCase();
  const ttsProvider = TTS_PROVIDERS.find((one) => one.toLowerCase() === prefix);
  const voice = (ttsProvider ? voiceId.slice(colon + 1) : voiceId).trim();
  return { ...(ttsProvider ? { ttsProvider } : {}), ...(voice ? { voice } : {}) };
}

/** The same voice for `<Say>`; undefined where it has no such voice, or none was named. */
export function toSayVoice(voiceId: string): string | undefined {
  const { ttsProvider, voice } = toRelayVoice(voiceId);
  if (ttsProvider === undefined || voice === undefined) return voice;
  return ttsProvider in SAY_PREFIXES ? SAY_PREFIXES[ttsProvider as keyof typeof SAY_PREFIXES] + voice : undefined;
}

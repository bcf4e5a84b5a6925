export interface VapiVoice {
  readonly provider: string;
  readonly voiceId: string;
}

/** Those of Vapi's voice providers that need no more than an id (`custom-voice` needs a server, `sesame` a model). */
const VOICE_PROVIDERS: ReadonlySet<string> = new Set([
  '11labs',
  'azure',
  'cartesia',
  'deepgram',
  'hume',
  'inworld',
  'lmnt',
  'microsoft',
  'minimax',
  'neuphonic',
  'openai',
  'playht',
  'rime-ai',
  'smallest-ai',
  'tavus',
  'vapi',
  'wellsaid',
  'xai',
]);

/**
 * A campaign's `voice_id`, as `provider:id`: `11labs:sarah`, `azure:emma`, `vapi:Elliot`. Without a provider of Vapi's
 * before a colon it is a voice of `voiceProvider` as it stands; an empty one leaves the voice to Vapi.
 */
export function toVapiVoice(text: string, voiceProvider: string): VapiVoice | undefined {
  const trimmed = text.trim();
  const colon = trimmed.indexOf(':');
  const prefix = trimmed.slice(0, Math.max(colon, 0)).toLowerCase();
  const named = VOICE_PROVIDERS.has(prefix);
  const voiceId = named ? trimmed.slice(colon + 1).trim() : trimmed;
  return voiceId === '' ? undefined : { provider: named ? prefix : voiceProvider, voiceId };
}

export interface VapiVoice {
  readonly provider: string;
  readonly voiceId: string;
}

/** Voice providers of Vapi that need only an id. `custom-voice` needs a server, `sesame` a model. */
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
 * Reads a campaign's `voice_id`, written `provider:id`: `11labs:sarah`, `azure:emma`, `vapi:Elliot`. Without a known
 * provider before a colon, the whole text is a voice of `voiceProvider`. An empty one leaves the voice to Vapi.
 */
export function toVapiVoice(text: string, voiceProvider: string): VapiVoice | undefined {
  const trimmed = text.trim();
  const colon = trimmed.indexOf(':');
  const prefix = trimmed.slice(0, Math.max(colon, 0)).toLowerCase();
  const named = VOICE_PROVIDERS.has(prefix);
  const voiceId = named ? trimmed.slice(colon + 1).trim() : trimmed;
  return voiceId === '' ? undefined : { provider: named ? prefix : voiceProvider, voiceId };
}

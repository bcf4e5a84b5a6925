export interface VapiSettings {
  /** A private key of the organisation. */
  readonly apiKey: string;
  /** Of the number, imported into Vapi, that calls come from where no caller id is asked for; null: none do. */
  readonly phoneNumberId: string | null;
  /** `https://api.vapi.ai`, or a proxy's; it alone is told the key. */
  readonly apiUrl: string;
  /**
   * From which comes what Vapi has to say with the callbacks of each call; with an empty one every callback counts as
   * forged.
   */
  readonly webhookSecret: string;
  /** The language model, as Vapi names it. */
  readonly model: { readonly provider: string; readonly model: string };
  /** Whose voices a `voice_id` without a provider is one of. */
  readonly voiceProvider: string;
}

export const VAPI_API_URL = 'https://api.vapi.ai';
export const VAPI_MODEL: VapiSettings['model'] = { provider: 'openai', model: 'gpt-4o' };
export const VAPI_VOICE_PROVIDER = '11labs';

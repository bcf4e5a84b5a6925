export interface VapiSettings {
  /** Private key of the organisation. */
  readonly apiKey: string;
  /** Vapi's id of the number for calls without a caller id; null: such calls are rejected. */
  readonly phoneNumberId: string | null;
  /** `https://api.vapi.ai`, or a proxy's address. No other host gets the key. */
  readonly apiUrl: string;
  /** Secret from which each call's webhook secret is derived. With an empty one every webhook counts as forged. */
  readonly webhookSecret: string;
  /** Language model, as Vapi names it. */
  readonly model: { readonly provider: string; readonly model: string };
  /** Provider of a `voice_id` that names none. */
  readonly voiceProvider: string;
}

export const VAPI_API_URL = 'https://api.vapi.ai';
export const VAPI_MODEL: VapiSettings['model'] = { provider: 'openai', model: 'gpt-4o' };
export const VAPI_VOICE_PROVIDER = '11labs';

export interface TwilioSettings {
  readonly accountSid: string;
  /** Primary token of the account. Twilio signs with it, even if requests are made with an API key. */
  readonly authToken: string;
  /** API key for requests; null: the account's own token is used. */
  readonly apiKey: { readonly sid: string; readonly secret: string } | null;
  /** `https://api.twilio.com`, or the address of another region. */
  readonly apiUrl: string;
  /**
   * Address (wss) that ConversationRelay connects to, each call at `/<dialer job id>` below it. Null: a call says its
   * first message and ends.
   */
  readonly relayUrl: string | null;
  /** Detects answering machines; Twilio charges for it by the call. */
  readonly machineDetection: boolean;
}

export const TWILIO_API_URL = 'https://api.twilio.com';

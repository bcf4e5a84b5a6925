export interface TwilioSettings {
  readonly accountSid: string;
  /** The account's primary token: Twilio signs with it, whatever requests are made with. */
  readonly authToken: string;
  /** What requests are made with instead of the account's own token. */
  readonly apiKey: { readonly sid: string; readonly secret: string } | null;
  /** `https://api.twilio.com`, or another region's. */
  readonly apiUrl: string;
  /**
   * Where ConversationRelay shall connect to (wss), each call at `/<dialer job id>` below it; null: a call is told its
   * first message and ends.
   */
  readonly relayUrl: string | null;
  /** Twilio charges for it by the call. */
  readonly machineDetection: boolean;
}

export const TWILIO_API_URL = 'https://api.twilio.com';

/** Reply to a create request that is well-formed. In all but `refuse` the call is made. */
export type CreateReply =
  | { readonly kind: 'accept' }
  | {
      readonly kind: 'refuse';
      readonly status: number;
      /** Null: the answer is no JSON. */
      readonly message: string | readonly string[] | null;
      readonly retryAfterSeconds?: number;
      /** Headers beside it. */
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The call is made, and has ended for this reason before it rings. */
  | { readonly kind: 'end'; readonly reason: string }
  /** The call is made, and waits until there are fewer. */
  | { readonly kind: 'hold_up' }
  | { readonly kind: 'lose' }
  | { readonly kind: 'hang' }
  /** 503, unless it says another. */
  | { readonly kind: 'fail'; readonly status?: number };

export const ACCEPT: CreateReply = { kind: 'accept' };

/** Answer that Vapi was seen to give. */
export const BAD_NUMBER: CreateReply = {
  kind: 'refuse',
  status: 400,
  message: [
    'customer.number must be a valid phone number in the E.164 format. Hot tip, you may be missing the ' +
      'country code (Eg. US: +1).',
  ],
};
export const DAILY_LIMIT: CreateReply = {
  kind: 'refuse',
  status: 400,
  message:
    "Couldn't Start Call. Numbers Bought On Vapi Have A Daily Outbound Call Limit. Import Your Own Twilio " +
    'Numbers To Scale Without Limits.',
};

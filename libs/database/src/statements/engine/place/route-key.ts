/** Names the line of a campaign or a call: that of the test world, of a tenant's account, or of the environment. */
export interface LineKey {
  /** Null: the line of the environment. A row of the test world names no account. */
  readonly telephony_account_id: string | null;
  /** The simulator beside the provider of the environment, whatever that is. */
  readonly is_test: boolean;
}

/** The line of the environment. */
export const OWN_LINE: LineKey = { telephony_account_id: null, is_test: false };

/** What keeps a campaign's calls from being placed whoever is called; as refusals say it. */
export const LINE_OBSTACLES = ['telephony_account_gone', 'caller_id_missing'] as const;

export interface LineObstacle {
  readonly code: (typeof LINE_OBSTACLES)[number];
  /** Of the campaign. */
  readonly field: 'telephony_account_id' | 'from_number';
}

/** A tenant's own account shows no number by itself. */
export function lineObstacle(campaign: {
  readonly telephony_account_id: string | null;
  readonly is_account_gone: boolean;
  readonly has_number: boolean;
}): LineObstacle | null {
  if (campaign.telephony_account_id === null) return null;
  if (campaign.is_account_gone) return { code: 'telephony_account_gone', field: 'telephony_account_id' };
  return campaign.has_number ? null : { code: 'caller_id_missing', field: 'from_number' };
}

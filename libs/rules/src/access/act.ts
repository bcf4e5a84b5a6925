/** Acts that the audit log records: what a user, an operator or Outdial changes. */
export const ACTS = [
  'tenant.register',
  'tenant.create',
  'tenant.update',
  'tenant.limit',
  'session.open',
  'session.close',
  'session.revoke',
  'password.change',
  'password.reset',
  'user.provision',
  'user.invite',
  'user.withdraw_invitation',
  'user.join',
  'user.update',
  'api_key.create',
  'api_key.revoke',
  'telephony_account.create',
  'telephony_account.update',
  'telephony_account.reseal',
  'telephony_account.delete',
  'caller_id.create',
  'caller_id.update',
  'caller_id.delete',
  'campaign.create',
  'campaign.update',
  'campaign.start',
  'campaign.pause',
  'campaign.resume',
  'campaign.stop',
  'campaign.redial',
  'campaign.archive',
  'contact.add',
  'contact.update',
  'contact.remove',
  'dnc.add',
  'dnc.remove',
  'consent.add',
  'call.opt_out',
  'kill_switch.engage',
  'kill_switch.release',
  'import.queue',
  'import.cancel',
  'import.undo',
  'person.erase',
  'person.export',
] as const;

export type ActName = (typeof ACTS)[number];

/** Entry of the audit log. `detail` holds no personal data of contacts, because the log outlives their erasure. */
export interface Act {
  readonly action: ActName;
  /** Id of the changed row; for a person, the keyed hash of the number; null for the tenant itself. */
  readonly subject: string | null;
  readonly detail?: Readonly<Record<string, unknown>>;
}

const LONGEST_VALUE = 100;

/** Returns settings as the audit log records them: long texts by their length alone. */
export function settingsChanged(settings: object): Record<string, unknown> {
  const kept = Object.entries(settings).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'string' && value.length > LONGEST_VALUE ? `(${value.length} characters)` : value,
  ]);
  return Object.fromEntries(kept) as Record<string, unknown>;
}

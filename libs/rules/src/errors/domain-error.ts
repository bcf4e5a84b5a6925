/** Errors of the domain by code: the catalogue of reasons for which a request is rejected. */
export const DOMAIN_ERRORS = {
  campaign_not_found: 'Campaign not found',
  contact_not_found: 'Contact not found',
  call_not_found: 'Call not found',
  transcript_not_found: 'Transcript not found: nothing was said in this call, or not yet',
  recording_not_found: 'Recording not found: the call was not recorded, or its recording was deleted',
  recording_unavailable: 'The provider does not hand the recording out for now: try again later',
  dnc_entry_not_found: 'The number is not on the list, so there is nothing to remove',
  opt_out_stands:
    'The person has asked not to be called, which nobody revokes for them: record a consent that they have ' +
    'given since (POST /consents), then remove the entry',
  campaign_state_conflict: 'The campaign is not in a state that allows this: see current_status',
  campaign_past_end: "The campaign's end_at has passed: give it a later one, or null (PATCH /campaigns/{campaign_id})",
  dialing_halted: 'A kill switch is engaged: release it before anything is dialed',
  budget_exhausted:
    'What is left of the minutes budget does not carry one call: raise it, or wait for live calls to end',
  operator_limit_reached:
    "The operator's limit of this tenant is reached: what is left of the minutes that the operator allows " +
    'carries no further call. Ask the operator for more, or wait for live calls to end',
  too_many_imports:
    "The operator's limit of this tenant is reached: as many imports are open as the operator allows. Send the " +
    'file again once one has ended, or cancel one',
  import_bytes_full:
    "The operator's limit of this tenant is reached: the files of its open imports come to as many bytes as the " +
    'operator allows. Send the file again once an import has ended, or send a smaller one',
  nobody_to_redial: 'No contact was given up with one of these outcomes: name others, or none for all of them',
  nobody_to_call:
    'None of the waiting contacts can be called as things stand: ' +
    'see preflight (POST /campaigns/{campaign_id}/preflight)',
  campaign_closed: 'The campaign is archived and is changed no more: use another campaign',
  slots_in_use: 'More calls are live than there would be slots: pause first, or wait',
  file_too_large: 'The file is larger than 4 GiB: split it into several',
  import_not_found: 'Import not found',
  import_over: 'The import has ended already: send the file again if it is still wanted',
  import_not_undoable: 'Only an import that has ended can be undone, once, within 30 days; a dry run has done nothing',
  person_erased: 'This person was erased and is not stored or called again',
  person_on_the_line: 'A call to this person is live or being placed: try again once it has ended',
  person_not_found: 'Nothing is known of this number',
  phone_exists: 'Phone already exists',
  email_taken: 'Email already registered: log in with it (POST /auth/login), or use another',
  registration_closed:
    'Registration is closed: ask the operator for an account, who makes one with npm run ops -- tenant create ' +
    '--email you@example.com',
  setup_token_wrong: 'The setup token is another: the operator reads it with npm run ops -- setup-token',
  user_not_found: 'User not found',
  invitation_not_found: 'Invitation not found',
  session_not_found: 'Session not found',
  api_key_not_found: 'API key not found',
  telephony_account_not_found: 'Telephony account not found',
  telephony_account_name_taken: 'Another telephony account has this name: change that one, or choose another name',
  telephony_account_in_use:
    'A campaign that is not over names this account, or a call over it is live: ' +
    'name another account there, stop the campaigns, or wait for the calls to end',
  telephony_account_gone: 'The telephony account of the campaign was deleted: name another',
  telephony_account_unreadable:
    'The credentials of the telephony account cannot be read any more: give them again, or ask the operator for ' +
    'the key that they were stored under',
  telephony_accounts_unavailable:
    'Here tenants cannot have telephony accounts of their own: the operator has to set it up',
  caller_id_not_found: 'Caller id not found',
  caller_id_exists: 'The account has this caller id already: change that one (PATCH /caller-ids/{caller_id})',
  caller_ids_full:
    'The account has 1,000 caller ids, as many as it may have: delete one that calls need not come from any ' +
    'more, or use another telephony account',
  caller_id_missing:
    'A telephony account of your own needs a number to call from: give the campaign a from_number, or the ' +
    'account a caller id',
  caller_ids_off:
    'Every caller id that the campaign may call from is switched off: switch one on, or give the campaign ' +
    'another from_number',
  caller_id_not_allowed:
    'The operator has not let this number, or one of your caller ids, be called from: choose others, or ask for ' +
    'them to be named in CALLER_IDS',
  first_message_missing:
    'Over this route a call says its first_message and nothing else: give the campaign one, or ask the operator ' +
    'for a model (LLM_API_URL)',
  no_disclosure:
    'The law where contacts are wants a call to begin with words that the campaign does not say (disclosure, ' +
    'recording_notice): see preflight',
  session_elsewhere: 'This session was opened by Supabase: end it there',
  profile_missing: 'You belong to no tenant: an admin of the project has to say to which',
  last_admin: 'Somebody has to remain who is an admin: make another user one first (PATCH /users/{user_id})',
  link_invalid: 'This link was used, has expired or was never given out: ask for a new one',
  wrong_password:
    'The present password is another: send it as current_password, or reset it (POST /auth/password/forgot)',
  scope_missing: 'This API key may not be used for this: it lacks required_scope',
  wrong_credentials: 'Invalid email or password',
  authorization_missing: 'Authorization header missing',
  authorization_malformed: 'Invalid format: the Authorization header must be Bearer <token>',
  token_invalid: 'Invalid token, or one that has expired: log in again, or refresh it',
  refresh_token_invalid: 'Invalid or expired refresh token: log in again',
  admin_required: 'Admin access required',
  read_only: 'Your role may read but not change: an admin can give you another',
} as const;

export type DomainErrorCode = keyof typeof DOMAIN_ERRORS;

/** Error of a request that cannot be fulfilled. It knows no HTTP. `facts` are safe to show to the client. */
export class DomainError extends Error {
  override readonly name = 'DomainError';

  constructor(
    readonly code: DomainErrorCode,
    readonly facts: Readonly<Record<string, unknown>> = {},
    detail: string = DOMAIN_ERRORS[code],
  ) {
    super(detail);
  }
}

/** A field of a request that is invalid, and the reason. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** Error of a request with invalid fields; it names all of them at once. */
export class InvalidFields extends Error {
  override readonly name = 'InvalidFields';

  constructor(readonly errors: readonly FieldError[]) {
    super(errors.map(({ field, message }) => `${field}: ${message}`).join('; '));
  }
}

import type { DomainErrorCode } from '#rules/errors/domain-error.js';

export interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

/** Maps each domain error to its HTTP status and title. */
export const DOMAIN_PROBLEMS: Readonly<Record<DomainErrorCode, ProblemKind>> = {
  campaign_not_found: { status: 404, title: 'Not found' },
  contact_not_found: { status: 404, title: 'Not found' },
  call_not_found: { status: 404, title: 'Not found' },
  transcript_not_found: { status: 404, title: 'Not found' },
  recording_not_found: { status: 404, title: 'Not found' },
  recording_unavailable: { status: 503, title: 'Temporarily unavailable' },
  campaign_state_conflict: { status: 409, title: 'State conflict' },
  campaign_past_end: { status: 409, title: 'State conflict' },
  dialing_halted: { status: 409, title: 'State conflict' },
  budget_exhausted: { status: 409, title: 'State conflict' },
  operator_limit_reached: { status: 409, title: "Operator's limit reached" },
  too_many_imports: { status: 429, title: "Operator's limit reached" },
  import_bytes_full: { status: 413, title: "Operator's limit reached" },
  nobody_to_redial: { status: 409, title: 'State conflict' },
  campaign_closed: { status: 409, title: 'State conflict' },
  dnc_entry_not_found: { status: 404, title: 'Not found' },
  opt_out_stands: { status: 409, title: 'State conflict' },
  nobody_to_call: { status: 409, title: 'Nobody to call' },
  slots_in_use: { status: 409, title: 'Too many live calls' },
  file_too_large: { status: 413, title: 'Payload too large' },
  import_not_found: { status: 404, title: 'Not found' },
  import_over: { status: 409, title: 'State conflict' },
  import_not_undoable: { status: 409, title: 'State conflict' },
  person_erased: { status: 409, title: 'Person erased' },
  person_on_the_line: { status: 409, title: 'State conflict' },
  person_not_found: { status: 404, title: 'Not found' },
  phone_exists: { status: 409, title: 'Already exists' },
  email_taken: { status: 409, title: 'Already exists' },
  registration_closed: { status: 403, title: 'Registration closed' },
  setup_token_wrong: { status: 403, title: 'Forbidden' },
  user_not_found: { status: 404, title: 'Not found' },
  invitation_not_found: { status: 404, title: 'Not found' },
  session_not_found: { status: 404, title: 'Not found' },
  api_key_not_found: { status: 404, title: 'Not found' },
  telephony_account_not_found: { status: 404, title: 'Not found' },
  telephony_account_name_taken: { status: 409, title: 'Already exists' },
  telephony_account_in_use: { status: 409, title: 'State conflict' },
  telephony_account_gone: { status: 409, title: 'State conflict' },
  telephony_account_unreadable: { status: 409, title: 'Credentials unreadable' },
  telephony_accounts_unavailable: { status: 409, title: 'Not set up' },
  caller_id_not_found: { status: 404, title: 'Not found' },
  caller_id_exists: { status: 409, title: 'Already exists' },
  caller_ids_full: { status: 409, title: 'Too many caller ids' },
  caller_id_missing: { status: 409, title: 'No caller id' },
  caller_ids_off: { status: 409, title: 'Caller ids off' },
  caller_id_not_allowed: { status: 409, title: 'Caller id not allowed' },
  first_message_missing: { status: 409, title: 'Nothing to say' },
  no_disclosure: { status: 409, title: 'No disclosure' },
  session_elsewhere: { status: 409, title: 'Session elsewhere' },
  profile_missing: { status: 403, title: 'Forbidden' },
  last_admin: { status: 409, title: 'Last admin' },
  link_invalid: { status: 410, title: 'Gone' },
  wrong_password: { status: 403, title: 'Forbidden' },
  scope_missing: { status: 403, title: 'Forbidden' },
  wrong_credentials: { status: 401, title: 'Unauthorized' },
  authorization_missing: { status: 401, title: 'Unauthorized' },
  authorization_malformed: { status: 401, title: 'Unauthorized' },
  token_invalid: { status: 401, title: 'Unauthorized' },
  refresh_token_invalid: { status: 401, title: 'Unauthorized' },
  admin_required: { status: 403, title: 'Forbidden' },
  read_only: { status: 403, title: 'Forbidden' },
};

export type HttpProblemCode =
  | 'malformed_request'
  | 'route_not_found'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'invalid_fields'
  | 'headers_too_large'
  | 'too_many_requests'
  | 'internal_error'
  | 'unavailable';

/** Problems of HTTP itself, before or beside the domain. */
export const HTTP_PROBLEMS: Readonly<Record<HttpProblemCode, ProblemKind>> = {
  malformed_request: { status: 400, title: 'Malformed request' },
  route_not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  request_timeout: { status: 408, title: 'Request timeout' },
  payload_too_large: { status: 413, title: 'Payload too large' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  invalid_fields: { status: 422, title: 'Invalid fields' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'Request header fields too large' },
  internal_error: { status: 500, title: 'Internal error' },
  unavailable: { status: 503, title: 'Temporarily unavailable' },
};

export type ProblemCode = DomainErrorCode | HttpProblemCode;

export function problemKind(code: ProblemCode): ProblemKind {
  return code in HTTP_PROBLEMS ? HTTP_PROBLEMS[code as HttpProblemCode] : DOMAIN_PROBLEMS[code as DomainErrorCode];
}

/** Every code that a problem may have. */
export const PROBLEM_CODES = [...Object.keys(HTTP_PROBLEMS), ...Object.keys(DOMAIN_PROBLEMS)] as ProblemCode[];

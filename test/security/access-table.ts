import type { Scope } from '#rules/access/scope.js';

/** Rights that an operation asks for: a role and all above it, and keys with a scope. `null`: no key may use it. */
export interface Access {
  readonly from: 'public' | 'viewer' | 'user' | 'admin';
  readonly scope: Scope | null;
}

/** Written down by hand, apart from the program: what it declares is held against this. */
export const ACCESS: Readonly<Record<string, Access>> = Object.fromEntries(
  `
  POST /auth/register                                            public  -
  POST /auth/login                                               public  -
  POST /auth/refresh                                             public  -
  POST /auth/password/forgot                                     public  -
  POST /auth/password/reset                                      public  -
  POST /auth/invitations/accept                                  public  -
  GET /livez                                                     public  -
  GET /readyz                                                    public  -
  POST /auth/logout                                              viewer  -
  GET /auth/me                                                   viewer  -
  GET /auth/sessions                                             viewer  -
  DELETE /auth/sessions                                          viewer  -
  DELETE /auth/sessions/{session_id}                             viewer  -
  POST /auth/password                                            viewer  -
  GET /users                                                     admin   -
  GET /users/invitations                                         admin   -
  POST /users/invitations                                        admin   -
  DELETE /users/invitations/{invitation_id}                      admin   -
  PATCH /users/{user_id}                                         admin   -
  GET /api-keys                                                  admin   -
  POST /api-keys                                                 admin   -
  DELETE /api-keys/{api_key_id}                                  admin   -
  GET /audit-log                                                 admin   audit:read
  POST /people/erase                                             admin   people:write
  POST /people/export                                            admin   people:write
  GET /tenant                                                    viewer  tenant:read
  PATCH /tenant                                                  admin   tenant:write
  GET /tenant/kill-switch                                        viewer  tenant:read
  POST /tenant/kill-switch/engage                                admin   tenant:write
  POST /tenant/kill-switch/release                               admin   tenant:write
  GET /telephony-accounts                                        viewer  telephony:read
  POST /telephony-accounts                                       admin   telephony:write
  GET /telephony-accounts/{telephony_account_id}                 viewer  telephony:read
  PATCH /telephony-accounts/{telephony_account_id}               admin   telephony:write
  DELETE /telephony-accounts/{telephony_account_id}              admin   telephony:write
  GET /caller-ids                                                viewer  telephony:read
  POST /caller-ids                                               admin   telephony:write
  GET /caller-ids/{caller_id}                                    viewer  telephony:read
  PATCH /caller-ids/{caller_id}                                  admin   telephony:write
  DELETE /caller-ids/{caller_id}                                 admin   telephony:write
  GET /campaigns                                                 viewer  campaigns:read
  POST /campaigns                                                user    campaigns:write
  GET /campaigns/{campaign_id}                                   viewer  campaigns:read
  PATCH /campaigns/{campaign_id}                                 user    campaigns:write
  DELETE /campaigns/{campaign_id}                                user    campaigns:write
  POST /campaigns/{campaign_id}/preflight                        user    campaigns:write
  POST /campaigns/{campaign_id}/render                           viewer  campaigns:read
  POST /campaigns/{campaign_id}/start                            user    campaigns:write
  POST /campaigns/{campaign_id}/pause                            user    campaigns:write
  POST /campaigns/{campaign_id}/resume                           user    campaigns:write
  POST /campaigns/{campaign_id}/stop                             user    campaigns:write
  POST /campaigns/{campaign_id}/redial                           user    campaigns:write
  GET /campaigns/{campaign_id}/stats                             viewer  campaigns:read
  GET /campaigns/{campaign_id}/diagnostics                       viewer  campaigns:read
  GET /campaigns/{campaign_id}/contacts.csv                      viewer  contacts:read
  GET /campaigns/{campaign_id}/contacts.ndjson                   viewer  contacts:read
  POST /campaigns/{campaign_id}/contacts                         user    contacts:write
  GET /campaigns/{campaign_id}/contacts                          viewer  contacts:read
  POST /campaigns/{campaign_id}/contacts/bulk                    user    contacts:write
  GET /campaigns/{campaign_id}/contacts/{contact_id}             viewer  contacts:read
  PATCH /campaigns/{campaign_id}/contacts/{contact_id}           user    contacts:write
  DELETE /campaigns/{campaign_id}/contacts/{contact_id}          user    contacts:write
  GET /campaigns/{campaign_id}/contacts/{contact_id}/eligibility viewer  contacts:read
  POST /campaigns/{campaign_id}/imports                          user    imports:write
  POST /dnc/imports                                              user    imports:write
  GET /imports                                                   viewer  imports:read
  GET /imports/{import_id}                                       viewer  imports:read
  GET /imports/{import_id}/rows.csv                              viewer  imports:read
  POST /imports/{import_id}/cancel                               user    imports:write
  POST /imports/{import_id}/undo                                 user    imports:write
  GET /calls.csv                                                 viewer  calls:read
  GET /calls.ndjson                                              viewer  calls:read
  GET /calls                                                     viewer  calls:read
  GET /calls/{call_id}                                           viewer  calls:read
  GET /calls/{call_id}/transcript                                viewer  calls:read
  POST /calls/{call_id}/disposition                              user    calls:write
  GET /calls/{call_id}/recording                                 viewer  calls:read
  POST /dnc                                                      user    dnc:write
  GET /dnc                                                       viewer  dnc:read
  GET /dnc/{phone_number}                                        viewer  dnc:read
  DELETE /dnc/{phone_number}                                     user    dnc:write
  POST /consents                                                 user    consents:write
  GET /consents                                                  viewer  consents:read`
    .trim()
    .split('\n')
    .map((line) => {
      const [method, path, from, scope] = line.trim().split(/\s+/);
      return [`${method} ${path}`, { from, scope: scope === '-' ? null : scope } as Access];
    }),
);

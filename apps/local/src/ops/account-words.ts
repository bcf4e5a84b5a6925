import { accountLinkUrl } from '#config/account-link.js';
import type { Invited } from '#database/statements/access/invite.js';
import type { TenantName } from '#database/statements/access/email-holders.js';
import { isEmailAddress, normalEmail, type NormalEmail } from '#rules/lead/email.js';
import { UsageError, type OpsArguments } from './ops-command.js';
import type { OpsSite } from './ops-context.js';

const LONGEST_NAME = 255;

/**
 * Reads the email that a command is about.
 * @throws UsageError
 */
export function readEmail({ values }: OpsArguments): NormalEmail {
  const typed = values['email'];
  if (typed === undefined) throw new UsageError('Say whose account it is: --email you@example.com');
  const email = normalEmail(typed);
  if (isEmailAddress(email)) return email;
  throw new UsageError(`--email must be an email address, not "${typed}".`);
}

/**
 * Reads a name of 1 to 255 characters; null if it is missing.
 * @throws UsageError
 */
export function readName({ values }: OpsArguments, option: string): string | null {
  const name = values[option]?.trim();
  if (name === undefined) return null;
  if (name !== '' && name.length <= LONGEST_NAME) return name;
  throw new UsageError(`--${option} must have 1 to ${LONGEST_NAME} characters.`);
}

/** @throws UsageError */
export function refusePositionals({ positionals }: OpsArguments, name: string): void {
  if (positionals.length > 0) throw new UsageError(`${name} has options only: "${positionals.join(' ')}" is too much.`);
}

export function titleOf({ tenant_id, business_name }: TenantName): string {
  return `${tenant_id} (${business_name})`;
}

/** Tells how an invited person joins. No other output shows the link. */
export function describeInvitation({ invitation, token }: Invited, site: OpsSite): string[] {
  const { email, role, expires_at } = invitation;
  const body = `{"token":"${token}","password":"<10 characters or more>"}`;
  return [
    `${email} joins it as ${role} by this link, which works once, until ${expires_at.toISOString().slice(0, 16)}Z:`,
    '',
    `  ${accountLinkUrl(site.account.linkUrl, { purpose: 'invitation', token })}`,
    '',
    'The page behind it (ACCOUNT_LINK_URL) asks for a password. Without such a page:',
    '',
    `  curl ${site.publicUrl}/api/v1/auth/invitations/accept -H 'content-type: application/json' -d '${body}'`,
    '',
    `The link is shown here only. If it gets lost: npm run ops -- tenant invite --email ${email}`,
  ];
}

import { allowMinutes } from '#database/statements/parts/allow-minutes.js';
import {
  findMergedLead,
  mergedLeads,
  settleMergedLead,
  type MergedLead,
  type OutgrownRow,
} from '#database/statements/ops/outgrown-rows.js';
import { textTable } from '../demo/text-table.js';
import { findOddEmails, type OddEmail } from './find-odd-emails.js';
import { findOutgrownRows } from './find-outgrown-rows.js';
import { done, optionalId, refused, YES, type OpsCommand, type OpsReport } from './ops-command.js';
import type { OpsContext } from './ops-context.js';

/** Most rows of each kind that are shown. */
const MOST = 1_000;

const WHAT_TO_DO_WITH_MERGED =
  'Numbers of these contacts ring one telephone, so each contact has the calls of all. ' +
  'Look at it in the API, correct its name and fields ' +
  '(PATCH), or remove it and add the number in the writing that rings. Then: outgrown <contact_id> --yes.';

const WHAT_TO_DO_WITH_LONG =
  'These rows are from before a limit. They are dialed, listed and exported as they are, ' +
  'and any other field can be changed. ' +
  'A PATCH of the field itself has to shorten it; a consent stays as it was given.';

const WHAT_TO_DO_WITH_EMAILS =
  'Nobody logs in by these emails: each is another writing of one that another user has. Sessions and keys go on. ' +
  'Ask the person for another email, then: user email <user_id> --email address. ' +
  "Or deactivate the user in the tenant's users.";

export const OUTGROWN: OpsCommand = {
  name: 'outgrown',
  usage: '[contact_id] [--json] [--yes]',
  summary: 'Lists rows from before a newer rule, and what to do; with an id and --yes a merged contact is settled.',
  options: { json: { type: 'boolean' }, ...YES },
  prepare(given) {
    const contactId = optionalId(given, 'contact');
    if (contactId !== null) return (context) => settle(context, contactId, given.flags.has('yes'));
    return (context) => list(context, given.flags.has('json'));
  },
};

async function list({ database }: OpsContext, isJson: boolean): Promise<OpsReport> {
  const [merged, long, emails] = await database.transaction(async (sql) => {
    await allowMinutes(sql);
    return [await mergedLeads(sql, MOST), await findOutgrownRows(sql, MOST), await findOddEmails(sql, MOST)] as const;
  });
  if (isJson) return done(JSON.stringify({ merged, outgrown: long, emails }, null, 2));
  if (merged.length + long.length + emails.length === 0) return done('No row is from before a rule of today.');
  return done([...describeMerged(merged), ...describeLong(long), ...describeEmails(emails)].join('\n'));
}

function settle({ database }: OpsContext, contactId: string, isMeant: boolean): Promise<OpsReport> {
  return database.transaction(async (tx) => {
    const merged = await findMergedLead(tx, contactId);
    if (!merged) return refused(`No other contact was merged with ${contactId}.`);
    const others = merged.merged_contacts.map(({ id }) => id).join(', ');
    if (!isMeant) return done(`Would forget what was known of ${others}; nothing is changed, add --yes to do it.`);
    await settleMergedLead(tx, contactId);
    return done(`Contact ${contactId} is settled: what was known of ${others} is forgotten, their calls stay.`);
  });
}

function describeMerged(merged: readonly MergedLead[]): string[] {
  if (merged.length === 0) return [];
  const head = ['contact', 'campaign', 'number', 'name', 'merged with', 'number', 'name', 'status'];
  const rows = merged.flatMap((lead) =>
    lead.merged_contacts.map((other) => [
      lead.id,
      lead.campaign_id,
      shownNumber(lead.phone_number),
      nameOf(lead),
      other.id,
      shownNumber(other.phone_number),
      nameOf(other),
      other.status,
    ]),
  );
  return [textTable(head, rows, { hasTotals: false }), '', WHAT_TO_DO_WITH_MERGED, ''];
}

function describeLong(rows: readonly OutgrownRow[]): string[] {
  if (rows.length === 0) return [];
  const table = rows.map(({ kind, id, tenant_id, problem }) => [kind, id, tenant_id, problem]);
  return [textTable(['row', 'id', 'tenant', 'problem'], table, { hasTotals: false }), '', WHAT_TO_DO_WITH_LONG, ''];
}

function describeEmails(emails: readonly OddEmail[]): string[] {
  if (emails.length === 0) return [];
  const table = emails.map(({ user_id, tenant_id, email, normal, holder_id }) => [
    user_id,
    tenant_id,
    email,
    holder_id === null ? 'too long' : `${normal}, user ${holder_id}`,
  ]);
  return [textTable(['user', 'tenant', 'email', 'is'], table, { hasTotals: false }), '', WHAT_TO_DO_WITH_EMAILS];
}

/** Returns the number's first and last digits. The beginning shows the difference between two forms of one number. */
function shownNumber(phoneNumber: string): string {
  return `${phoneNumber.slice(0, -7)}…${phoneNumber.slice(-3)}`;
}

function nameOf({ first_name, last_name }: Pick<MergedLead, 'first_name' | 'last_name'>): string {
  return [first_name, last_name].filter((part) => part !== null).join(' ');
}

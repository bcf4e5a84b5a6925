import { parseLimit } from '#config/operator-config.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { tenantLimits, type LimitEdits, type TenantLimits } from '#database/statements/access/tenant-limits.js';
import { setTenantLimits } from '#dialer/campaigns/set-tenant-limits.js';
import { OPERATOR_LIMIT_NAMES, UNLIMITED, type OperatorLimit } from '#rules/campaign/operator-limits.js';
import { textTable } from '../demo/text-table.js';
import { refusePositionals } from './account-words.js';
import { done, refused, UsageError, YES, type OpsArguments, type OpsCommand, type OpsReport } from './ops-command.js';
import type { OpsContext } from './ops-context.js';

const OPTION_OF: Readonly<Record<OperatorLimit, string>> = {
  minutes: 'minutes',
  concurrent_calls: 'concurrent-calls',
  calls_per_day: 'calls-per-day',
  open_imports: 'open-imports',
  import_bytes: 'import-bytes',
};
const LIMIT_OPTIONS = Object.fromEntries(Object.values(OPTION_OF).map((name) => [name, { type: 'string' } as const]));

interface Order {
  readonly tenantId: string | null;
  readonly edits: LimitEdits;
  readonly isMeant: boolean;
}

export const TENANT_LIMITS: OpsCommand = {
  name: 'tenant limits',
  usage: `[--tenant id] [${Object.values(OPTION_OF)
    .map((name) => `--${name} n`)
    .join('] [')}] [--yes]`,
  summary: 'Lists or sets what the operator allows tenants: each a number, unlimited, or default.',
  options: { ...YES, tenant: { type: 'string' }, ...LIMIT_OPTIONS },
  prepare(given) {
    const order = readOrder(given);
    return (context) => carryOut(context, order);
  },
};

function readOrder(given: OpsArguments): Order {
  refusePositionals(given, 'tenant limits');
  const { values, flags } = given;
  const edits = Object.fromEntries(
    OPERATOR_LIMIT_NAMES.flatMap((limit) => {
      const text = values[OPTION_OF[limit]];
      return text === undefined ? [] : [[limit, readLimit(text, limit)]];
    }),
  );
  const tenantId = values['tenant'] ?? null;
  if (tenantId === null && Object.keys(edits).length > 0)
    throw new UsageError('Say whose limits: --tenant id. TENANT_MINUTES and its like set them for all tenants.');
  return { tenantId, edits, isMeant: flags.has('yes') };
}

function readLimit(text: string, limit: OperatorLimit): number | null {
  if (text.toLowerCase() === 'default') return null;
  const value = parseLimit(text, limit);
  if (value !== null) return value;
  throw new UsageError(`--${OPTION_OF[limit]} must be a whole number, unlimited or default, not "${text}".`);
}

async function carryOut({ database }: OpsContext, { tenantId, edits, isMeant }: Order): Promise<OpsReport> {
  const before = await tenantLimits(database, tenantId);
  if (tenantId !== null && before.length === 0) return refused(`There is no tenant ${tenantId}.`);
  if (tenantId === null || Object.keys(edits).length === 0) return done(tableOf(before));
  const orders = Object.entries(edits).map(
    ([limit, value]) => `${limit} ${value === UNLIMITED ? 'unlimited' : written(value, 'default')}`,
  );
  if (!isMeant)
    return done(tableOf(before), `It would be: ${orders.join(', ')}.`, 'Nothing is changed; add --yes to do it.');
  await database.transaction(async (tx) => {
    await setTenantLimits(tx, tenantId, edits);
    await recordAct(tx, tenantId, { action: 'tenant.limit', subject: null, detail: { ...edits } });
  });
  return done(tableOf(await tenantLimits(database, tenantId)));
}

const HEAD = ['tenant', 'business', ...OPERATOR_LIMIT_NAMES, 'minutes used', 'calls today'];

/** Renders limits as a table. A star marks the tenant's own; the others are those of the installation. */
function tableOf(tenants: readonly TenantLimits[]): string {
  if (tenants.length === 0) return 'There is no tenant.';
  return textTable(HEAD, tenants.map(toRow), { hasTotals: false });
}

function toRow(tenant: TenantLimits): string[] {
  const limits = OPERATOR_LIMIT_NAMES.map(
    (name) => `${written(tenant[name], 'unlimited')}${tenant.own.includes(name) ? '*' : ''}`,
  );
  const { tenant_id, business_name, minutes_used, minutes_reserved, calls_today } = tenant;
  return [tenant_id, business_name, ...limits, String(minutes_used + minutes_reserved), String(calls_today)];
}

function written(value: number | null | undefined, none: string): string {
  return value === null || value === undefined ? none : String(value);
}

import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import type { Tenant, TenantTerms } from '#database/entities/tenant.entity.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { findTenant, lockTenant } from '#database/statements/access/find-tenant.js';
import { tenantLimits, type TenantLimits } from '#database/statements/access/tenant-limits.js';
import { editTenant } from '#dialer/campaigns/edit-tenant.js';
import { setRulePacks } from '#dialer/campaigns/set-rule-packs.js';
import { settingsChanged } from '#rules/access/act.js';
import { merged } from '../fields/merged.js';
import { FrequencyCapBody, type OperatorLimitsView, type TenantView, type UpdateTenantBody } from './tenant.dto.js';

@Injectable()
export class TenantService {
  constructor(private readonly database: Database) {}

  async get(tenantId: string): Promise<TenantView> {
    const tenant = await this.database.transaction((tx) => findTenant(tx, tenantId));
    const [limits] = await tenantLimits(this.database, tenantId);
    const { id, business_name, default_country, uses_rule_packs, min_gap_seconds, created_at } = tenant;
    const { minutes_remaining, minutes_reserved, disclosure, recording_notice } = tenant;
    const frequency_cap = capOf(tenant);
    const retention = { recordings_days: tenant.recordings_days, transcripts_days: tenant.transcripts_days };
    return {
      id,
      business_name,
      default_country,
      uses_rule_packs,
      disclosure,
      recording_notice,
      min_gap_seconds,
      minutes_remaining,
      minutes_reserved,
      frequency_cap,
      retention,
      operator_limits: toLimitsView(limits!),
      created_at,
    };
  }

  /** Changes a tenant. After this has answered, no call is committed on the old terms. */
  async update(tenantId: string, body: UpdateTenantBody): Promise<TenantView> {
    const { uses_rule_packs: usesRulePacks, frequency_cap: patch, retention, ...plain } = body;
    await this.database.transaction(async (tx) => {
      const cap = await mergedCap(await lockTenant(tx, tenantId), patch);
      const edits = { ...plain, ...capColumns(cap), ...retentionColumns(retention) };
      await editTenant(tx, { tenantId, edits });
      if (usesRulePacks !== undefined) await setRulePacks(tx, { tenantId, usesRulePacks });
      await recordAct(tx, tenantId, { action: 'tenant.update', subject: null, detail: settingsChanged(body) });
    });
    return this.get(tenantId);
  }
}

function toLimitsView(limits: TenantLimits): OperatorLimitsView {
  const { minutes, minutes_used, minutes_reserved, concurrent_calls, calls_per_day, calls_today } = limits;
  const { open_imports, import_bytes } = limits;
  const calls = { minutes, minutes_used, minutes_reserved, concurrent_calls, calls_per_day, calls_today };
  return { ...calls, open_imports, import_bytes };
}

function retentionColumns(retention: UpdateTenantBody['retention']): Partial<TenantTerms> {
  return { recordings_days: retention?.recordings_days, transcripts_days: retention?.transcripts_days };
}

function capOf({ cap_attempts: attempts, cap_days: days }: Tenant): FrequencyCapBody | null {
  return attempts !== null && days !== null ? { attempts, days } : null;
}

/** Merges a patch into the cap of a tenant whose row is locked. @throws InvalidFields for half a cap. */
async function mergedCap(
  tenant: Tenant,
  patch: UpdateTenantBody['frequency_cap'],
): Promise<FrequencyCapBody | null | undefined> {
  const present = capOf(tenant);
  return patch && merged({ field: 'frequency_cap', type: FrequencyCapBody, present, patch });
}

function capColumns(cap: FrequencyCapBody | null | undefined): Partial<TenantTerms> {
  if (cap === undefined) return {};
  return { cap_attempts: cap?.attempts ?? null, cap_days: cap?.days ?? null };
}

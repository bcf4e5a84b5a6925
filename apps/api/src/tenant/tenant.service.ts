import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { Database } from '#database/database.js';
import { Tenant } from '#database/entities/tenant.entity.js';
import { editTenant } from '#database/statements/edit-tenant.js';
import { setRulePacks } from '#database/statements/rule-packs.js';
import type { TenantView, UpdateTenantBody } from './tenant.dto.js';

@Injectable()
export class TenantService {
  constructor(
    private readonly database: Database,
    @InjectRepository(Tenant) private readonly tenants: Repository<Tenant>,
  ) {}

  async get(tenantId: string): Promise<TenantView> {
    const tenant = await this.tenants.findOneByOrFail({ id: tenantId });
    const { id, business_name, default_country, uses_rule_packs, min_gap_seconds, created_at } = tenant;
    const { cap_attempts: attempts, cap_days: days } = tenant;
    const frequency_cap = attempts !== null && days !== null ? { attempts, days } : null;
    return { id, business_name, default_country, uses_rule_packs, min_gap_seconds, frequency_cap, created_at };
  }

  /** After this has answered, nothing is committed to be dialed on the old terms. */
  async update(tenantId: string, { uses_rule_packs, frequency_cap, ...plain }: UpdateTenantBody): Promise<TenantView> {
    const edits = { ...plain, ...capColumns(frequency_cap) };
    await this.database.transaction(async (sql) => {
      if (Object.values(edits).some((value) => value !== undefined)) await editTenant(sql, { tenantId, edits });
      if (uses_rule_packs !== undefined) await setRulePacks(sql, { tenantId, usesRulePacks: uses_rule_packs });
    });
    return this.get(tenantId);
  }
}

function capColumns(cap: UpdateTenantBody['frequency_cap']): Partial<Tenant> {
  if (cap === undefined) return {};
  return { cap_attempts: cap?.attempts ?? null, cap_days: cap?.days ?? null };
}

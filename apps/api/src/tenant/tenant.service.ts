import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { Database } from '#database/database.js';
import { Tenant } from '#database/entities/tenant.entity.js';
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

  /** Running campaigns go by it at once. */
  async update(tenantId: string, { uses_rule_packs, frequency_cap, ...plain }: UpdateTenantBody): Promise<TenantView> {
    const columns = { ...plain, ...capColumns(frequency_cap) };
    if (Object.values(columns).some((value) => value !== undefined))
      await this.tenants.update({ id: tenantId }, columns);
    if (uses_rule_packs !== undefined) {
      await this.database.transaction((sql) => setRulePacks(sql, { tenantId, usesRulePacks: uses_rule_packs }));
    }
    return this.get(tenantId);
  }
}

function capColumns(cap: UpdateTenantBody['frequency_cap']): Partial<Tenant> {
  if (cap === undefined) return {};
  return { cap_attempts: cap?.attempts ?? null, cap_days: cap?.days ?? null };
}

import { DataSource } from 'typeorm';
import { Database } from '#database/connection/database.js';
import { dataSourceOptions } from '#database/data-source-options.js';
import { verifyInvariants } from '#database/statements/ops/verify-invariants.js';
import { eventOf } from '../../support/obedient-carrier.js';
import { until } from '../../support/until.js';
import { ObedientStage, useStage } from './obedient-stage.js';
import type { QueueBackend } from './stage.js';

export interface Budget {
  readonly minutes_remaining: number | null;
  readonly minutes_reserved: number;
}

export const TEN_MINUTES = { max_call_seconds: 600, retry_failed: false };

const CLEAR = 'DELETE FROM campaigns; UPDATE tenants SET minutes_remaining = NULL, minutes_reserved = 0';

export function useBudgetStage(backend: QueueBackend): BudgetStage {
  return useStage(new BudgetStage(backend, CLEAR));
}

/** A stage on which a test gives a tenant minutes, and sees what becomes of them. */
export class BudgetStage extends ObedientStage {
  setBudget(minutes_remaining: number | null) {
    return this.client.patch('/tenant', { minutes_remaining });
  }

  async budget(): Promise<Budget> {
    const { tenant } = (await this.client.get<{ tenant: Budget }>('/tenant')).body;
    return { minutes_remaining: tenant.minutes_remaining, minutes_reserved: tenant.minutes_reserved };
  }

  budgetBecomes(remaining: number | null, reserved: number): Promise<true> {
    return until(`${remaining} minutes remain, ${reserved} of them reserved`, async () => {
      const now = await this.budget();
      return now.minutes_remaining === remaining && now.minutes_reserved === reserved;
    });
  }

  /** Has the carrier report that its nth call has ended after so many seconds. */
  end(n: number, durationSeconds: number): void {
    const { requests } = this.carrier;
    this.carrier.report({ ...eventOf(requests[n]!.dialerJobId, 'completed'), durationSeconds });
  }

  /** The names of the invariants that the rows break. */
  async broken(): Promise<string[]> {
    const source = await new DataSource(dataSourceOptions(this.database.url, { poolSize: 1 })).initialize();
    const verdicts = await new Database(source).transaction(verifyInvariants);
    await source.destroy();
    return verdicts.filter(({ count }) => count > 0).map(({ name }) => name);
  }
}

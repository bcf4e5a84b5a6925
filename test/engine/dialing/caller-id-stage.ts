import type { INestApplicationContext } from '@nestjs/common';
import { eventOf } from '../../support/obedient-carrier.js';
import { until } from '../../support/until.js';
import { ObedientStage, useStage } from './obedient-stage.js';
import { addWorker, type QueueBackend } from './stage.js';

export const [ONE, TWO] = ['+442079461001', '+442079461002'] as const;

/** Locks in the engine's order: tests count deadlocks, and this statement must not cause one. */
const CLEAR = `
  SELECT FROM campaigns ORDER BY id FOR UPDATE;
  SELECT FROM dialer_jobs ORDER BY id FOR UPDATE;
  SELECT FROM calls ORDER BY id FOR UPDATE;
  DELETE FROM campaigns;
  DELETE FROM caller_ids`;

export function useCallerIdStage(backend: QueueBackend): CallerIdStage {
  return useStage(new CallerIdStage(backend, CLEAR));
}

/** A stage with a pool of numbers that calls come from, which two workers draw from. */
export class CallerIdStage extends ObedientStage {
  private second: INestApplicationContext | undefined;

  override async set(): Promise<void> {
    await super.set();
    this.second = await addWorker(this, this.carrier);
  }

  override async close(): Promise<void> {
    await this.second?.close();
    await super.close();
  }

  async add(phone_number: string, daily_cap: number | null = null): Promise<string> {
    const { status, body } = await this.client.post<{ caller_id: { id: string } }>('/caller-ids', {
      phone_number,
      daily_cap,
    });
    if (status !== 201) throw new Error(`The number ${phone_number} was not added: status ${status}.`);
    return body.caller_id.id;
  }

  /** The numbers that the requests were to come from. */
  froms(): (string | null)[] {
    return this.carrier.requests.map(({ from }) => from);
  }

  /** Has the carrier report that its nth call was not answered. */
  end(n: number): void {
    this.carrier.report(eventOf(this.carrier.requests[n]!.dialerJobId, 'no_answer'));
  }

  /** Waits until so many calls are asked for, while retries that wait for minutes become due at once. */
  hurriedTo(count: number): Promise<true> {
    return until(`${count} calls are asked for`, async () => {
      await this.database.query(`
        UPDATE leads SET next_attempt_at = now() WHERE id IN (
          SELECT id FROM leads WHERE status = 'pending' AND call_attempts > 0 AND next_attempt_at > now()
            FOR UPDATE SKIP LOCKED)`);
      return this.carrier.requests.length >= count;
    });
  }

  /** True if nothing is being placed, and all contacts that are left wait for the day after. */
  async isQuiet(): Promise<boolean> {
    const [row] = await this.database.query<{ quiet: boolean }>(`
      SELECT NOT EXISTS (SELECT FROM dialer_jobs WHERE status IN ('queued', 'dialing')) AND NOT EXISTS (
        SELECT FROM campaigns k WHERE k.status = 'running' AND k.wake_at <= now() + interval '1 second') AS quiet`);
    return row!.quiet;
  }
}

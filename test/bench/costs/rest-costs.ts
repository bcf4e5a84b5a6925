import { wait } from '../wait.js';
import type { CostSample } from './cost-sample.js';
import { readCounters } from './counters.js';
import type { CostSystem } from './cost-site.js';

/** Use of api, worker and PostgreSQL each minute while no campaign is running. */
export interface RestCost {
  readonly seconds: number;
  readonly commits_per_minute: number;
  readonly statements_per_minute: number;
  readonly round_trips_per_minute: number;
  readonly cpu_postgres_ms_per_minute: number | null;
  readonly cpu_worker_ms_per_minute: number | null;
  readonly cpu_api_ms_per_minute: number | null;
}

/** Sessions report their commits up to ten seconds late; a start that has just been made would count as rest. */
const CALM_SECONDS = 11;

export async function measureRest({ measured, progress, signal }: CostSystem, seconds: number): Promise<RestCost> {
  progress.note(`costs: at rest for ${CALM_SECONDS + seconds} s`);
  await wait(CALM_SECONDS * 1000, signal);
  const startedAt = performance.now();
  const before = await readCounters(measured);
  await wait(seconds * 1000, signal);
  const after = await readCounters(measured);
  const minutes = (performance.now() - startedAt) / 60_000;
  const perMinute = (from: number | null, to: number | null) =>
    from === null || to === null ? null : (to - from) / minutes;
  return {
    seconds,
    commits_per_minute: perMinute(before.commits, after.commits) ?? NaN,
    statements_per_minute: perMinute(before.statements, after.statements) ?? NaN,
    round_trips_per_minute: perMinute(before.roundTrips, after.roundTrips) ?? NaN,
    cpu_postgres_ms_per_minute: perMinute(before.postgresMs, after.postgresMs),
    cpu_worker_ms_per_minute: perMinute(before.workerMs, after.workerMs),
    cpu_api_ms_per_minute: perMinute(before.apiMs, after.apiMs),
  };
}

/**
 * Leaves out what api and worker send by the clock at rest as well. On a slow machine more of it falls into the
 * measurement.
 */
export function withoutRest(sample: CostSample, rest: RestCost): CostSample {
  const minutesPerUnit = sample.seconds / 60 / sample.units;
  return {
    ...sample,
    statements: sample.statements - rest.statements_per_minute * minutesPerUnit,
    round_trips: sample.round_trips - rest.round_trips_per_minute * minutesPerUnit,
  };
}

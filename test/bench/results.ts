import type { Aim, Line } from './lines.js';
import type { Sample } from './sections/sample.js';
import { median } from './statistics.js';

/**
 * A line of the table, filled in. Numbers are medians over the runs; the ratio is the median of each run's own ratio.
 */
export interface Result {
  readonly id: string;
  readonly what: string;
  readonly against: string;
  readonly unit: string;
  readonly aim: Aim | null;
  readonly outdial_value: number | null;
  readonly against_value: number | null;
  readonly ratio: number | null;
  /** Null where there is no aim, or nothing was measured. */
  readonly is_reached: boolean | null;
  readonly skipped: string | null;
  readonly runs: readonly { outdial: number; against: number }[];
}

export function resultOf(line: Line, samples: readonly Sample[], hasRedis: boolean): Result {
  const runs = samples
    .filter((sample) => sample.line === line.id)
    .map(({ outdial, against }) => ({ outdial, against }));
  const ratio = median(runs.map((run) => run.outdial / run.against));
  const { id, what, against, unit, aim } = line;
  const about = { id, what, against, unit, aim, runs };
  if (!Number.isFinite(ratio)) {
    const skipped = line.needsRedis && !hasRedis ? 'redis-server is not installed' : 'this system does not tell it';
    return { ...about, outdial_value: null, against_value: null, ratio: null, is_reached: null, skipped };
  }
  return {
    ...about,
    outdial_value: median(runs.map((run) => run.outdial)),
    against_value: median(runs.map((run) => run.against)),
    ratio,
    is_reached: aim && isReached(aim, ratio),
    skipped: null,
  };
}

function isReached(aim: Aim, ratio: number): boolean {
  return 'atLeast' in aim ? ratio >= aim.atLeast : ratio <= aim.atMost;
}

import type { Site } from '../site/site.js';

/** Result of one run for one line of the table. */
export interface Sample {
  readonly line: string;
  readonly outdial: number;
  readonly against: number;
}

export type Measure = (site: Site) => Promise<Sample[]>;

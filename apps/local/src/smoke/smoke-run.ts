import type { Environment } from '#config/settings.js';
import type { SmokeProvider, SmokeSettings } from '#config/smoke-config.js';
import type { OpsTerminal } from '../ops/run-ops.js';
import type { Checklist } from './checklist.js';
import type { SmokeClock } from './clock.js';

export interface SmokeSurroundings extends OpsTerminal {
  readonly environment: Environment;
  readonly clock: SmokeClock;
  /** Aborted: the call is hung up. */
  readonly signal: AbortSignal;
}

/** Settings and services with which one call is placed and judged. */
export interface SmokeRun extends Pick<SmokeSurroundings, 'clock' | 'signal'> {
  readonly provider: SmokeProvider;
  readonly settings: SmokeSettings & { readonly to: string };
  readonly checklist: Checklist;
}

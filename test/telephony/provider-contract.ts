import { describe } from 'vitest';
import { describeCreating } from './contract/creating.js';
import { describeFirstWords } from './contract/first-words.js';
import { describeHangingUp } from './contract/hanging-up.js';
import { describeListing } from './contract/listing.js';
import { describeLookingUp } from './contract/lookups.js';
import { describeRecordings } from './contract/recordings.js';
import { describeReports } from './contract/reports.js';
import { useStage } from './contract/stage.js';
import type { ProviderLab } from './provider-lab.js';

export interface ContractOptions {
  /** False for a provider that never says when to ask again after `throttle`. */
  readonly saysWhenToRetry?: boolean;
}

/**
 * Describes what the engine relies on, of every adapter. Each test has a lab of its own. Behaviours and steps that a
 * lab does not list are skipped, by name.
 */
export function describeProviderContract(
  name: string,
  makeLab: () => Promise<ProviderLab>,
  { saysWhenToRetry = true }: ContractOptions = {},
): void {
  describe(`${name}, by the contract of all providers,`, () => {
    const stage = useStage(makeLab);
    describeCreating(stage, saysWhenToRetry ? 7 : undefined);
    describeFirstWords(stage);
    describeLookingUp(stage);
    describeListing(stage);
    describeReports(stage);
    describeHangingUp(stage);
    describeRecordings(stage);
  });
}

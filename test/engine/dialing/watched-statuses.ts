import { afterAll, beforeAll, expect } from 'vitest';
import { DIALER_JOB_TRANSITIONS } from '#rules/attempt/dialer-job-status.js';
import { nextCallStatus, type CallStatus } from '#rules/call/call-status.js';
import { CAMPAIGN_TRANSITIONS } from '#rules/campaign/campaign-status.js';
import { LEAD_TRANSITIONS } from '#rules/lead/lead-status.js';
import { seenTransitions, watchTransitions } from '../../support/transitions.js';
import type { ApiStage } from './stage.js';

/** Notes every change of a status, and fails after the tests if the tables of states do not know one. */
export function watchStatuses(stage: ApiStage): void {
  beforeAll(() => watchTransitions(stage.database));
  afterAll(async () => {
    const seen = await seenTransitions(stage.database);
    expect(seen.filter(([subject, was, became]) => !isKnown(subject, was, became))).toEqual([]);
  });
}

export function isKnown(subject: string, was: string, became: string): boolean {
  if (subject === 'calls') return nextCallStatus(was as CallStatus, became as CallStatus) === became;
  if (subject === 'campaigns') {
    return Object.values(CAMPAIGN_TRANSITIONS).some(({ from, to }) => from.some((one) => one === was) && to === became);
  }
  const table: Partial<Record<string, readonly string[]>> =
    subject === 'leads' ? LEAD_TRANSITIONS : DIALER_JOB_TRANSITIONS;
  return table[was]?.includes(became) === true;
}

import { describe, expect, it } from 'vitest';
import { isFinalCallStatus } from '#rules/call/call-status.js';
import type { CallReference } from '#telephony/port/telephony-provider.js';
import { until } from '../../support/until.js';
import type { CallStep } from '../provider-lab.js';
import type { Stage } from './stage.js';

const LIVE: readonly { steps: readonly CallStep[]; after: string }[] = [
  { steps: [], after: 'nothing' },
  { steps: ['ring'], after: 'ring' },
  { steps: ['ring', 'answer'], after: 'ring, answer' },
];

export function describeHangingUp(stage: Stage): void {
  const isOver = async (call: CallReference) => {
    const seen = await stage.lab.provider.lookUp(call);
    return seen.kind === 'found' && seen.report.status !== undefined && isFinalCallStatus(seen.report.status);
  };

  describe('told to hang up', () => {
    it.for(LIVE)('after $after, ends the call', async ({ steps }, context) => {
      stage.needs(context, ...steps);
      const { byId } = await stage.accepted(...steps);
      expect(await stage.lab.provider.hangup(byId)).toBe('hung_up');
      await until('the line is free', async () => !stage.lab.isLive(byId.dialerJobId));
      await until('the call is seen to have ended', () => isOver(byId));
      expect(await stage.lab.provider.hangup(byId)).toBe('already_ended');
    });

    it('a call whose id was never learned, ends it', async (context) => {
      stage.needs(context, 'lose_answer');
      const { byKey } = await stage.place('lose_answer');
      expect(await stage.lab.provider.hangup(byKey)).toBe('hung_up');
      await until('the line is free', async () => !stage.lab.isLive(byKey.dialerJobId));
    });

    it('a call that has ended, says so', async (context) => {
      stage.needs(context, 'ring', 'answer', 'complete');
      const { byId } = await stage.accepted('ring', 'answer', 'complete');
      await until('the call is seen to have ended', () => isOver(byId));
      expect(await stage.lab.provider.hangup(byId)).toBe('already_ended');
    });

    it('a call that never was, knows of none', async () => {
      const call = stage.nextRequest();
      expect(await stage.lab.provider.hangup({ ...call, providerCallId: null })).toBe('not_found');
    });

    it('while nobody listens, does not claim to have done so', async (context) => {
      stage.needs(context, 'unreachable');
      const { byKey } = await stage.place('unreachable');
      expect(['unavailable', 'not_found']).toContain(await stage.lab.provider.hangup(byKey));
    });
  });
}

import { describe, expect, it } from 'vitest';
import type { PlaceCallRequest } from '#telephony/port/telephony-provider.js';
import type { Stage } from './stage.js';

const WORDS = 'This is an automated call. This call is recorded.';

/** Openings as the engine composes them. */
const OPENINGS: readonly Pick<PlaceCallRequest['agent'], 'firstWords' | 'firstMessage'>[] = [
  { firstWords: WORDS, firstMessage: `${WORDS} Good day!` },
  { firstWords: null, firstMessage: 'Good day!' },
];

export function describeFirstWords(stage: Stage): void {
  describe('told what to say first', () => {
    it.for(OPENINGS)('says $firstMessage, before anything else and whole', async (opening, context) => {
      context.skip(stage.lab.toldFirst === undefined, 'its calls play a prompt');
      const request = stage.nextRequest();
      const { provider } = stage.lab;
      const agent = { ...request.agent, ...opening };
      expect(await provider.placeCall({ ...request, agent }, AbortSignal.timeout(10_000))).toMatchObject({
        kind: 'accepted',
      });
      expect(stage.lab.toldFirst!(request.dialerJobId)).toBe(opening.firstMessage);
    });
  });
}

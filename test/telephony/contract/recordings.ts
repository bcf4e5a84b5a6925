import { describe, expect, it } from 'vitest';
import { readRecording } from '#telephony/port/opened-recording.fixture.js';
import { delivered, factsOf } from './heard.js';
import type { Stage } from './stage.js';

export function describeRecordings(stage: Stage): void {
  describe('asked for a recording', () => {
    it('opens the one that it told of', async (context) => {
      stage.needs(context, 'ring', 'answer', 'complete');
      const { request } = await stage.accepted('ring', 'answer', 'complete');
      const { recordingUrl } = factsOf(await delivered(await stage.lab.reports(request.dialerJobId)));
      if (recordingUrl === null) return context.skip('this lab records nothing');
      const recording = await readRecording(await stage.lab.provider.openRecording(recordingUrl));
      expect(recording.contentType).toMatch(/^audio\//);
      expect(recording.content.length).toBeGreaterThan(0);
    });

    it.each(['https://elsewhere.invalid/recording.wav', 'file:///etc/passwd', 'no address'])(
      'at %s, has none',
      async (recordingUrl) => {
        expect(['gone', 'unavailable']).toContain(await stage.lab.provider.openRecording(recordingUrl));
      },
    );
  });
}

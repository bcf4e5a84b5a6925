import { describe, expect, it } from 'vitest';
import { toRelayVoice, toSayVoice } from './voice.js';

describe('a voice_id', () => {
  it.each([
    ['ElevenLabs:UgBBYS2sOqTuMpoF3BR0', { ttsProvider: 'ElevenLabs', voice: 'UgBBYS2sOqTuMpoF3BR0' }, undefined],
    [
      'elevenlabs:UgBB-flash_v2_5-1.2_0.6_0.8',
      { ttsProvider: 'ElevenLabs', voice: 'UgBB-flash_v2_5-1.2_0.6_0.8' },
      undefined,
    ],
    [
      'Google:en-US-Chirp3-HD-Aoede',
      { ttsProvider: 'Google', voice: 'en-US-Chirp3-HD-Aoede' },
      'Google.en-US-Chirp3-HD-Aoede',
    ],
    ['amazon: Joanna-Neural', { ttsProvider: 'Amazon', voice: 'Joanna-Neural' }, 'Polly.Joanna-Neural'],
    ['Amazon:', { ttsProvider: 'Amazon' }, undefined],
    ['aria', { voice: 'aria' }, 'aria'],
    ['Other:thing', { voice: 'Other:thing' }, 'Other:thing'],
    [':x', { voice: ':x' }, ':x'],
    ['', {}, undefined],
  ])('%s', (voiceId, relay, say) => {
    expect(toRelayVoice(voiceId)).toEqual(relay);
    expect(toSayVoice(voiceId)).toBe(say);
  });
});

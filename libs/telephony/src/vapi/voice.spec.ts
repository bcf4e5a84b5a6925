import { describe, expect, it } from 'vitest';
import { toVapiVoice } from './voice.js';

describe('a voice_id for Vapi', () => {
  it.each([
    ['sarah', { provider: '11labs', voiceId: 'sarah' }],
    [' azure: emma ', { provider: 'azure', voiceId: 'emma' }],
    ['Vapi:Elliot', { provider: 'vapi', voiceId: 'Elliot' }],
    ['rime-ai:cove', { provider: 'rime-ai', voiceId: 'cove' }],
    ['microsoft:en-US-Grant:MAI-Voice-2', { provider: 'microsoft', voiceId: 'en-US-Grant:MAI-Voice-2' }],
    ['en-US-Grant:MAI-Voice-2', { provider: '11labs', voiceId: 'en-US-Grant:MAI-Voice-2' }],
    ['custom-voice:x', { provider: '11labs', voiceId: 'custom-voice:x' }],
    [':x', { provider: '11labs', voiceId: ':x' }],
    ['azure:', undefined],
    ['', undefined],
  ])('%s', (text, voice) => {
    expect(toVapiVoice(text, '11labs')).toEqual(voice);
  });
});

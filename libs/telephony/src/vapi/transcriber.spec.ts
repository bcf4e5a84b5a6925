import { describe, expect, it } from 'vitest';
import { toVapiTranscriber } from './transcriber.js';

describe('Who writes down a language', () => {
  it.each([
    ['de', 'deepgram de'],
    ['de-DE', 'deepgram de'],
    ['de-CH', 'deepgram de-CH'],
    ['en-GB', 'deepgram en-GB'],
    ['en-ZA', 'deepgram en'],
    ['pt-BR', 'deepgram pt-BR'],
    ['es-419', 'deepgram es-419'],
    ['zh-Hant-TW', 'deepgram zh-Hant'],
    ['sr-Latn-RS', 'deepgram sr'],
    ['nb-NO', 'deepgram no'],
    ['fil-PH', 'deepgram tl'],
    ['yue', 'deepgram zh-HK'],
    ['sw', 'azure sw-KE'],
    ['sw-TZ', 'azure sw-TZ'],
    ['cy-GB', 'azure cy-GB'],
    ['is', 'azure is-IS'],
  ])('%s: %s', (language, transcriber) => {
    const { provider, language: written } = toVapiTranscriber(language) ?? {};
    expect(`${provider} ${written}`).toBe(transcriber);
  });

  it.each([null, 'tlh', 'en2', 's'])('%s: whoever Vapi has', (language) => {
    expect(toVapiTranscriber(language)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import type { FirstWords } from './first-words.js';
import { lackingWords, missingWords, wordsObstacle, wordsWarnings } from './lacking-words.js';

const sentence = (text: string | null, source: FirstWords['disclosure']['source']) => ({
  text,
  source,
  language: null,
});
const ALL: FirstWords = { disclosure: sentence('a', 'default'), recording_notice: sentence('b', 'default') };
const OFF: FirstWords = { disclosure: sentence(null, 'campaign'), recording_notice: sentence(null, 'default') };
const EU = { disclosure: ['eu@2026.1'], recording_notice: ['eu@2026.1'] };

describe('Words that are lacking', () => {
  it('words are lacking if they are not said, and a notice only if calls are recorded', () => {
    expect(lackingWords(ALL)).toEqual([]);
    expect(lackingWords(OFF)).toEqual(['disclosure', 'recording_notice']);
    expect(lackingWords({ ...OFF, recording_notice: null })).toEqual(['disclosure']);
  });

  it('lacking words are missing if a pack requires them', () => {
    expect(missingWords(['disclosure', 'recording_notice'], { recording_notice: ['us-fl@2026.2'] })).toEqual([
      'recording_notice',
    ]);
    expect(missingWords(['disclosure'], {})).toEqual([]);
  });

  it('missing words keep a campaign from starting, and other lacking words give a warning', () => {
    expect(wordsObstacle(ALL, EU)).toBeNull();
    expect(wordsObstacle(OFF, {})).toBeNull();
    expect(wordsObstacle(OFF, EU)).toMatchObject({ field: 'disclosure', packs: ['eu@2026.1'] });
    expect(wordsWarnings(ALL, EU)).toEqual([]);
    expect(wordsWarnings(OFF, EU)).toEqual([]);
    expect(wordsWarnings(OFF, {}).map(({ code }) => code)).toEqual([
      'disclosure_off',
      'recording_notice_without_sentence',
    ]);
    expect(wordsWarnings({ ...ALL, disclosure: sentence(null, 'prompt') }, {})).toMatchObject([
      { code: 'disclosure_not_in_prompt', field: 'disclosure' },
    ]);
  });
});

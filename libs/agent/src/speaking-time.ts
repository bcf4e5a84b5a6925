const CHARACTERS_PER_SECOND = 15;
const SYLLABLES_PER_SECOND = 4;

/** Time from the text to the first sound. */
export const LATENCY_MS = 1_500;

/**
 * Estimates the time to speak a text, for when Twilio does not report the end. Scripts with one sign per syllable take
 * longer.
 */
export function speakingMs(text: string): number {
  if (text === '') return 0;
  const syllables = text.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/gu)?.length ?? 0;
  const seconds = (text.length - syllables) / CHARACTERS_PER_SECOND + syllables / SYLLABLES_PER_SECOND;
  return Math.round(seconds * 1000) + LATENCY_MS;
}

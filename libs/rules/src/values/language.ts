/** Languages in which Outdial has own sentences, and which it understands. */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Reads a language tag (RFC 5646); English for no tag, null for a language that is not one of these. */
export function knownLanguage(tag: string | null): Language | null {
  const primary = (tag ?? 'en').split('-', 1)[0]!.toLowerCase();
  return LANGUAGES.find((language) => language === primary) ?? null;
}

/** Reads a language tag; English for every other language, and for none. */
export function languageOf(tag: string | null): Language {
  return knownLanguage(tag) ?? 'en';
}

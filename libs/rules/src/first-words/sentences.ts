import { knownLanguage, type Language } from '../values/language.js';

/** Sentences with which a call begins: that an AI speaks, and that the call is recorded. */
export const WORDS_KINDS = ['disclosure', 'recording_notice'] as const;
export type WordsKind = (typeof WORDS_KINDS)[number];

/** Default sentences of campaigns and tenants. They suit conversations and announcements. */
export const DEFAULT_SENTENCES: Readonly<Record<Language, Readonly<Record<WordsKind, string>>>> = {
  en: {
    disclosure: 'This is an automated call: you are hearing an artificial intelligence, not a person.',
    recording_notice: 'This call is recorded. If you do not want that, please hang up.',
  },
  de: {
    disclosure: 'Dies ist ein automatischer Anruf: Sie hören eine künstliche Intelligenz, keinen Menschen.',
    recording_notice: 'Dieses Gespräch wird aufgezeichnet. Wenn Sie das nicht möchten, legen Sie bitte auf.',
  },
  fr: {
    disclosure: 'Ceci est un appel automatique : vous entendez une intelligence artificielle, et non une personne.',
    recording_notice: 'Cet appel est enregistré. Si vous ne le souhaitez pas, veuillez raccrocher.',
  },
  es: {
    disclosure: 'Esta es una llamada automática: le habla una inteligencia artificial, no una persona.',
    recording_notice: 'Esta llamada se graba. Si no lo desea, cuelgue, por favor.',
  },
  it: {
    disclosure: "Questa è una chiamata automatica: le parla un'intelligenza artificiale, non una persona.",
    recording_notice: 'Questa chiamata viene registrata. Se non lo desidera, riagganci, per favore.',
  },
  pt: {
    disclosure: 'Esta é uma chamada automática: quem fala é uma inteligência artificial, não uma pessoa.',
    recording_notice: 'Esta chamada é gravada. Se não o desejar, desligue, por favor.',
  },
  nl: {
    disclosure: 'Dit is een automatisch gesprek: u hoort een kunstmatige intelligentie, geen mens.',
    recording_notice: 'Dit gesprek wordt opgenomen. Als u dat niet wilt, hangt u dan alstublieft op.',
  },
};

/** Returns the default sentence in a campaign's language (RFC 5646; null: English); null if there is none. */
export function defaultSentence(kind: WordsKind, language: string | null): string | null {
  const known = knownLanguage(language);
  return known && DEFAULT_SENTENCES[known][kind];
}

/** Longest sentence of a campaign or tenant, in characters. */
export const LONGEST_SENTENCE = 500;

/** Returns why a text cannot be said; null if it can. The empty text is allowed, and switches the sentence off. */
export function sentenceProblem(text: string): string | null {
  if (text === '') return null;
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) return 'must be one line without control characters';
  const isSpoken = literalParts(text).some((part) => /\p{L}/u.test(part));
  return isSpoken ? null : 'must have words beside its variables, or be "" to switch it off';
}

/** Returns the parts of a text around its variables: `Hi {{first_name}}!` has `Hi ` and `!`. */
export function literalParts(text: string): string[] {
  const [first = '', ...others] = text.split('{{');
  return [first, ...others.map((part) => part.slice(part.indexOf('}}') < 0 ? 0 : part.indexOf('}}') + 2))];
}

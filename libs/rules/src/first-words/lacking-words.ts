import type { FirstWords } from './first-words.js';
import { WORDS_KINDS, type WordsKind } from './sentences.js';

/** Rule packs that require a sentence, each with its version. */
export type AskedWords = Readonly<Partial<Record<WordsKind, readonly string[]>>>;

/** Returns the sentences that a campaign's calls lack, though the calls are placed or recorded. */
export function lackingWords({ disclosure, recording_notice: notice }: FirstWords): WordsKind[] {
  const isLacking = { disclosure: disclosure.text === null, recording_notice: notice !== null && notice.text === null };
  return WORDS_KINDS.filter((kind) => isLacking[kind]);
}

/** Returns the sentences that are required and lacking. Contacts are not called while there is one. */
export function missingWords(lacking: readonly WordsKind[], asked: AskedWords): WordsKind[] {
  return lacking.filter((kind) => (asked[kind] ?? []).length > 0);
}

export interface WordsObstacle {
  /** Field of the campaign. */
  readonly field: WordsKind;
  readonly packs: readonly string[];
  readonly detail: string;
}

export interface WordsWarning {
  readonly code: `${WordsKind}_${'off' | 'without_sentence' | 'not_in_prompt'}`;
  readonly field: WordsKind;
  readonly detail: string;
}

/** Returns why a campaign with these words cannot start; null if it can. The disclosure comes first. */
export function wordsObstacle(words: FirstWords, asked: AskedWords): WordsObstacle | null {
  const [field] = missingWords(lackingWords(words), asked);
  if (field === undefined) return null;
  const packs = asked[field]!;
  const detail =
    `${whyLacking(words, field)}, and the law where contacts are asks for it (${packs.join(', ')}): ` +
    REMEDIES[sourceOf(words, field)];
  return { field, packs, detail };
}

/** Returns warnings about sentences that are lacking although no rule pack requires them. */
export function wordsWarnings(words: FirstWords, asked: AskedWords): WordsWarning[] {
  const lacking = lackingWords(words);
  const missing = missingWords(lacking, asked);
  return lacking
    .filter((field) => !missing.includes(field))
    .map((field) => ({
      code: `${field}_${ENDINGS[sourceOf(words, field)]}` as const,
      field,
      detail:
        `${whyLacking(words, field)}, and no rule pack asks for it where contacts are: check the law yourself, or ` +
        REMEDIES[sourceOf(words, field)],
    }));
}

type Source = FirstWords['disclosure']['source'];

const ENDINGS = {
  campaign: 'off',
  tenant: 'off',
  default: 'without_sentence',
  prompt: 'not_in_prompt',
} as const satisfies Record<Source, string>;

const REMEDIES: Readonly<Record<Source, string>> = {
  campaign: "give the campaign a text, or null for the tenant's or the default sentence.",
  tenant: 'give the campaign or the tenant a text.',
  default: 'give the campaign or the tenant a text in that language.',
  prompt: 'ask the operator for a prompt that begins with it (SIP_PROMPT_DISCLOSURE, SIP_PROMPT_RECORDING_NOTICE).',
};

const WHAT: Readonly<Record<WordsKind, string>> = {
  disclosure: 'Calls would not say that no person speaks (disclosure)',
  recording_notice: 'Calls would be recorded without saying so (recording_notice)',
};

const WHY: Readonly<Record<Source, string>> = {
  campaign: 'the campaign has switched it off',
  tenant: 'the tenant has switched it off',
  default: "there is no default sentence in the campaign's language",
  prompt: "the prompt of the operator's provider does not say it",
};

function whyLacking(words: FirstWords, field: WordsKind): string {
  return `${WHAT[field]}: ${WHY[sourceOf(words, field)]}`;
}

function sourceOf(words: FirstWords, field: WordsKind): Source {
  return (words[field] ?? words.disclosure).source;
}

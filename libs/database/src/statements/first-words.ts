import { LANGUAGES } from '#rules/language.js';
import { DEFAULT_SENTENCES, WORDS_KINDS, type WordsKind } from '#rules/first-words/sentences.js';

/**
 * What calls say first as SQL, of k (the campaign), t (its tenant) and i (the installation). A campaign's text counts
 * before the tenant's, that before the default; the empty text switches a sentence off. Calls that play a prompt of the
 * operator's say what it says.
 */
const ROUTE_PROMPT = 'CASE WHEN k.telephony_account_id IS NULL THEN i.route_prompt END';

const IS_RECORDED = `(k.record_calls AND coalesce((${ROUTE_PROMPT} ->> 'is_recording')::boolean, true))`;

const LANGUAGE = `coalesce(lower(split_part(k.language, '-', 1)), 'en')`;

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function defaultText(kind: WordsKind): string {
  const cases = LANGUAGES.map((language) => `WHEN '${language}' THEN ${literal(DEFAULT_SENTENCES[language][kind])}`);
  return `CASE ${LANGUAGE} ${cases.join(' ')} END`;
}

/** A sentence with its variables; null: it is not said. */
function textOf(kind: WordsKind): string {
  return `CASE WHEN ${ROUTE_PROMPT} IS NOT NULL THEN ${ROUTE_PROMPT} ->> '${kind}'
    ELSE nullif(coalesce(k.${kind}, t.${kind}, ${defaultText(kind)}), '') END`;
}

/** A `DecidedSentence`. */
function sentence(kind: WordsKind): string {
  const isPrompt = `${ROUTE_PROMPT} IS NOT NULL`;
  return `jsonb_build_object('text', ${textOf(kind)},
    'source', CASE WHEN ${isPrompt} THEN 'prompt' WHEN k.${kind} IS NOT NULL THEN 'campaign'
      WHEN t.${kind} IS NOT NULL THEN 'tenant' ELSE 'default' END,
    'language', CASE WHEN ${isPrompt} OR ${textOf(kind)} IS NULL THEN NULL
      WHEN coalesce(k.${kind}, t.${kind}) IS NULL THEN ${LANGUAGE} ELSE k.language END)`;
}

/** `FirstWords` of a call of campaign k. */
export const FIRST_WORDS = `jsonb_build_object('disclosure', ${sentence('disclosure')},
    'recording_notice', CASE WHEN ${IS_RECORDED} THEN ${sentence('recording_notice')} END)`;

const IS_DUE: Readonly<Record<WordsKind, string>> = { disclosure: 'true', recording_notice: IS_RECORDED };

const missing = WORDS_KINDS.map(
  (kind) => `h.grounds -> 'asks' ? '${kind}' AND ${IS_DUE[kind]} AND (${textOf(kind)}) IS NULL`,
);

/** Whether the law of the area of hours h asks for a sentence that calls of campaign k do not say. */
export const ARE_WORDS_MISSING = `coalesce(${missing.join(' OR ')}, false)`;

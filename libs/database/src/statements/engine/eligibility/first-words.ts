import type { FirstWords } from '#rules/first-words/first-words.js';
import type { AskedWords } from '#rules/first-words/lacking-words.js';
import { DEFAULT_SENTENCES, WORDS_KINDS, type WordsKind } from '#rules/first-words/sentences.js';
import { LANGUAGES } from '#rules/values/language.js';
import type { Sql } from '../../../connection/sql.js';

/**
 * Prompt of the operator that calls of campaign k play, as SQL. k is the campaign, t its tenant, i the installation.
 * Such a call says only the prompt's sentences; a test campaign plays none. Otherwise the campaign's text comes before
 * the tenant's and before the default; an empty text omits the sentence.
 */
const ROUTE_PROMPT = 'CASE WHEN k.telephony_account_id IS NULL AND NOT k.is_test THEN i.route_prompt END';

const IS_RECORDED = `(k.record_calls AND coalesce((${ROUTE_PROMPT} ->> 'is_recording')::boolean, true))`;

const LANGUAGE = `coalesce(lower(split_part(k.language, '-', 1)), 'en')`;

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function defaultText(kind: WordsKind): string {
  const cases = LANGUAGES.map((language) => `WHEN '${language}' THEN ${literal(DEFAULT_SENTENCES[language][kind])}`);
  return `CASE ${LANGUAGE} ${cases.join(' ')} END`;
}

/** Returns SQL for a sentence with its variables; null: it is not said. */
function textOf(kind: WordsKind): string {
  return `CASE WHEN ${ROUTE_PROMPT} IS NOT NULL THEN ${ROUTE_PROMPT} ->> '${kind}'
    ELSE nullif(coalesce(k.${kind}, t.${kind}, ${defaultText(kind)}), '') END`;
}

/** Returns SQL for a `DecidedSentence`. */
function sentence(kind: WordsKind): string {
  const isPrompt = `${ROUTE_PROMPT} IS NOT NULL`;
  return `jsonb_build_object('text', ${textOf(kind)},
    'source', CASE WHEN ${isPrompt} THEN 'prompt' WHEN k.${kind} IS NOT NULL THEN 'campaign'
      WHEN t.${kind} IS NOT NULL THEN 'tenant' ELSE 'default' END,
    'language', CASE WHEN ${isPrompt} OR ${textOf(kind)} IS NULL THEN NULL
      WHEN coalesce(k.${kind}, t.${kind}) IS NULL THEN ${LANGUAGE} ELSE k.language END)`;
}

/** SQL for the `FirstWords` of a call of campaign k. */
export const FIRST_WORDS = `jsonb_build_object('disclosure', ${sentence('disclosure')},
    'recording_notice', CASE WHEN ${IS_RECORDED} THEN ${sentence('recording_notice')} END)`;

const IS_DUE: Readonly<Record<WordsKind, string>> = { disclosure: 'true', recording_notice: IS_RECORDED };

const missing = WORDS_KINDS.map(
  (kind) => `h.grounds -> 'asks' ? '${kind}' AND ${IS_DUE[kind]} AND (${textOf(kind)}) IS NULL`,
);

/** True if the law of the area of hours h requires a sentence that calls of campaign k omit. */
export const ARE_WORDS_MISSING = `coalesce(${missing.join(' OR ')}, false)`;

export interface CampaignWords {
  readonly words: FirstWords;
  /** Rule packs of areas where contacts wait, by the sentence that they ask for. */
  readonly asked: AskedWords;
}

/**
 * Reads the first words of a campaign's calls, and the sentences that the law requires where its contacts wait. Areas
 * whose hours have not been computed are left out.
 */
export async function campaignWords(sql: Sql, campaignId: string): Promise<CampaignWords | undefined> {
  const [row] = await sql.run<CampaignWords>(CAMPAIGN_WORDS, [campaignId]);
  return row;
}

const CAMPAIGN_WORDS = {
  name: 'campaign-words',
  text: `
    SELECT ${FIRST_WORDS} AS words, coalesce((
      SELECT jsonb_object_agg(a.kind, a.packs) FROM (
        SELECT rule.key AS kind, jsonb_agg(DISTINCT pack.value ORDER BY pack.value) AS packs
        FROM campaign_hours h CROSS JOIN LATERAL jsonb_each(h.grounds -> 'asks') rule
          CROSS JOIN LATERAL jsonb_array_elements_text(rule.value) pack
        WHERE h.campaign_id = k.id AND NOT k.is_test AND (SELECT l.id FROM leads l
          WHERE l.campaign_id = k.id AND l.area_id = h.area_id AND l.status = 'pending' LIMIT 1) IS NOT NULL
        GROUP BY 1) a), '{}') AS asked
    FROM campaigns k JOIN tenants t ON t.id = k.tenant_id CROSS JOIN installation i WHERE k.id = $1`,
};

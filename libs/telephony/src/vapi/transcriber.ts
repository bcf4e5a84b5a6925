export type VapiTranscriber =
  | { readonly provider: 'deepgram'; readonly model: 'nova-3'; readonly language: string }
  | { readonly provider: 'azure'; readonly language: string };

/**
 * Languages of Deepgram's model, of those that Vapi can name:
 * https://developers.deepgram.com/docs/models-languages-overview.
 */
const NOVA_3: ReadonlySet<string> = new Set(
  [
    'ar be bg bn bs ca cs da da-DK de de-CH el en en-AU en-GB en-IN en-NZ en-US es es-419 et fa fi fr fr-CA he hi ' +
      'hr hu id it',
    'ja kn ko ko-KR lt lv mk mr ms nl nl-BE no pl pt pt-BR pt-PT ro ru sk sl sr sv sv-SE ta te th th-TH tl tr uk ur vi',
    'zh zh-CN zh-HK zh-Hans zh-Hant zh-TW',
  ].flatMap((languages) => languages.split(' ')),
);

/** Languages under Deepgram's own names. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['cmn', 'zh'],
  ['fil', 'tl'],
  ['nb', 'no'],
  ['nn', 'no'],
  ['yue', 'zh-HK'],
]);

/** Languages that Azure alone understands, each with the country, or the first of the countries, where it is spoken. */
const AZURE: readonly string[] = [
  'af-ZA am-ET az-AZ cy-GB eu-ES ga-IE gl-ES gu-IN hy-AM is-IS jv-ID ka-GE kk-KZ km-KH lo-LA ml-IN mn-MN mt-MT ' +
    'my-MM ne-NP',
  'pa-IN ps-AF si-LK so-SO sq-AL sw-KE sw-TZ uz-UZ wuu-CN zu-ZA',
].flatMap((languages) => languages.split(' '));

/**
 * Chooses the transcriber of a campaign's language (RFC 5646). Undefined: Vapi's default, if no language is named or no
 * transcriber knows it. A region that no transcriber knows falls back to its language.
 */
export function toVapiTranscriber(language: string | null): VapiTranscriber | undefined {
  if (language === null) return undefined;
  const nova3 = broader(language).find((one) => NOVA_3.has(one));
  if (nova3 !== undefined) return { provider: 'deepgram', model: 'nova-3', language: nova3 };
  const azure =
    AZURE.find((one) => one === language) ?? AZURE.find((one) => one.split('-')[0] === language.split('-')[0]);
  return azure === undefined ? undefined : { provider: 'azure', language: azure };
}

/** Lists `zh-Hant-TW`, `zh-Hant` and `zh` for `zh-Hant-TW`, as a look-up by RFC 4647 does. */
function broader(language: string): string[] {
  const [primary = '', ...subtags] = language.split('-');
  const tags = subtags.map((_, n) => [primary, ...subtags.slice(0, n + 1)].join('-')).toReversed();
  return [...tags, OTHER_NAMES.get(primary) ?? primary];
}

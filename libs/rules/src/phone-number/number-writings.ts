/** Two forms of one phone's number, in E.164. Small letters stand for digits that both have. */
export interface NumberWriting {
  /** ISO 3166-1 alpha-2 of the country, for readers of this table. */
  readonly country: string;
  readonly other: string;
  /** Form that is the key of the phone. */
  readonly key: string;
  /** Patterns of the digits that the letters stand for. */
  readonly where: Readonly<Record<string, string>>;
  /** Set if the `other` form rings as well, so that a number is stored as it was written. */
  readonly ringsBoth?: true;
}

const rewriting = (
  country: string,
  [other, key]: readonly [string, string],
  where: NumberWriting['where'],
): NumberWriting => ({ country, other, key, where }) as const;

const bothRing = (writing: NumberWriting): NumberWriting => ({ ...writing, ringsBoth: true });

/** Old beginnings of mobile numbers in Vietnam, and the current ones. */
const VIETNAMESE = (
  '120 70,121 79,122 77,126 76,128 78,123 83,124 84,125 85,127 81,129 82,162 32,163 33,164 34,165 35,166 36,167 37,' +
  '168 38,169 39,186 56,188 58,199 59'
)
  .split(',')
  .map((pair) => pair.split(' ') as [string, string]);

/** Old beginnings of numbers in Gabon, after the country code and perhaps a zero, and the current ones. */
const GABONESE = [
  ['1', '11'],
  ['2', '62'],
  ['4', '74'],
  ['5', '65'],
  ['6', '66'],
  ['7', '77'],
] as const;

/**
 * Forms of the same phone's number, by country.
 *
 * Included are changes that the digits alone show. A form that another phone may have today is excluded. Excluded for
 * that reason are:
 * - Ho Chi Minh City's `+84 8`, now a beginning of mobile numbers;
 * - Manila's eighth digit, which each operator has its own of;
 * - Brazilian 70, 77, 78 and 79, radio services that kept eight digits.
 */
export const NUMBER_WRITINGS: readonly NumberWriting[] = [
  // Argentina: a 9 before mobile numbers from abroad; no fixed line has the same digits (Resolution SC 46/97).
  bothRing(rewriting('AR', ['+549a', '+54a'], { a: '\\d{10}' })),
  // Mexico: no 1 before mobile numbers since 3 August 2019 (IFT, Plan Técnico Fundamental de Numeración).
  rewriting('MX', ['+521a', '+52a'], { a: '[2-9]\\d{9}' }),
  // Brazil: a 9 before mobile numbers, area by area from 2012 to 2016 (Anatel, Resolution 553/2010).
  rewriting('BR', ['+55ab', '+55a9b'], { a: '[1-9]{2}', b: '(?:[689]\\d|7[1-6])\\d{6}' }),
  // Colombia: 60 before fixed numbers since 1 September 2021 (CRC, Resolution 5826/2019).
  rewriting('CO', ['+57a', '+5760a'], { a: '[124-8]\\d{7}' }),
  // Chile: a 2 before fixed numbers, Santiago 2012, the other areas 2013 (SUBTEL, Resolution 4151/2010).
  rewriting('CL', ['+562a', '+5622a'], { a: '\\d{7}' }),
  rewriting('CL', ['+56ab', '+56a2b'], { a: '3[2-5]|4[1235]|5[1-357]|6[13-57]|7[1-35]', b: '\\d{6}' }),
  // Ecuador: a 9 before mobile numbers since 30 September 2012 (SENATEL).
  rewriting('EC', ['+593a', '+5939a'], { a: '[89]\\d{7}' }),
  // Costa Rica: eight digits since 20 March 2008 (ICE).
  rewriting('CR', ['+506a', '+5062a'], { a: '[24-7]\\d{6}' }),
  rewriting('CR', ['+506a', '+5068a'], { a: '[38]\\d{6}' }),
  // Sint Maarten: +1 721 since 30 September 2011 (ITU, Operational Bulletin 987).
  rewriting('SX', ['+5995a', '+17215a'], { a: '\\d{6}' }),
  // French overseas areas have codes of their own; within France people dial the same digits behind a 0 (ARCEP).
  rewriting('GP', ['+33a', '+590a'], { a: '(?:590|69[01])\\d{6}' }),
  rewriting('GF', ['+33a', '+594a'], { a: '[56]94\\d{6}' }),
  rewriting('MQ', ['+33a', '+596a'], { a: '(?:596|69[67])\\d{6}' }),
  rewriting('RE', ['+33a', '+262a'], { a: '(?:26[239]|639|69[23])\\d{6}' }),
  // Northern Ireland: 048 is a prefix within Ireland (ComReg, Numbering Conditions of Use).
  rewriting('GB', ['+35348a', '+4428a'], { a: '\\d{8}' }),
  // London: 0171 and 0181 became 020 7 and 020 8 on 22 April 2000 (Oftel, the Big Number Change).
  rewriting('GB', ['+44171a', '+44207a'], { a: '\\d{7}' }),
  rewriting('GB', ['+44181a', '+44208a'], { a: '\\d{7}' }),
  // San Marino: by its own code or Italy's, and within the country without 0549 (ITU, country code 378).
  bothRing(rewriting('SM', ['+390549a', '+3780549a'], { a: '\\d{6}' })),
  rewriting('SM', ['+39549a', '+3780549a'], { a: '\\d{6}' }),
  rewriting('SM', ['+378a', '+3780549a'], { a: '[89]\\d{5}' }),
  // Italy: the zero of a landline belongs to the number since 1998. Left out are lengths that other numbers have, and
  // San Marino's 549 before six digits.
  rewriting('IT', ['+39a', '+390a'], {
    a:
      '(?:[269]\\d|4[0-24-9]|5[0-36-9]|7[1-9])\\d{4,8}|54[0-8]\\d{3,7}|549(?:\\d{3,5}|\\d{7})|' +
      '(?:43|55|70)\\d{4,7}|[13]\\d{5,7}|8\\d{6}',
  }),
  // Kosovo: +383 since 15 December 2016, in place of codes of Monaco, Slovenia and Serbia (ARKEP).
  rewriting('XK', ['+377a', '+383a'], { a: '4[45]\\d{6}' }),
  rewriting('XK', ['+386a', '+383a'], { a: '4[39]\\d{6}' }),
  rewriting('XK', ['+381a', '+383a'], { a: '(?:2[89]|39)0\\d{6}|[23][89]\\d{6}' }),
  // Palestine: its lines ring under Israel's code, too (ITU, country code 970).
  bothRing(rewriting('PS', ['+972a', '+970a'], { a: '5[69]\\d{7}|(?:22[2-47-9]|42[45]|82[014-68]|92[3569])\\d{5}' })),
  // Saudi Arabia: a 1 before area codes since 2013 (CITC).
  rewriting('SA', ['+966a', '+9661a'], { a: '[1-467]\\d{7}' }),
  // Qatar: the first digit twice since 28 July 2010 (ictQATAR).
  ...[...'34567'].map((digit) => rewriting('QA', [`+974${digit}a`, `+974${digit}${digit}a`], { a: '\\d{6}' })),
  // Kazakhstan: a code of its own beside +7, with the same digits behind it (ITU, Operational Bulletin 1242).
  rewriting('KZ', ['+997a', '+7a'], { a: '[67]\\d{9}' }),
  // Vietnam: mobile numbers of ten digits since 15 September 2018 (MIC, Decision 798/2018); Hanoi is 24 since 2017.
  ...VIETNAMESE.map(([old, now]) => rewriting('VN', [`+84${old}a`, `+84${now}a`], { a: '\\d{7}' })),
  rewriting('VN', ['+844a', '+8424a'], { a: '\\d{8}' }),
  // Morocco: a 5 before fixed and a 6 before mobile numbers since 7 March 2009 (ANRT).
  rewriting('MA', ['+212a', '+2125a'], { a: '(?:2[2-9]|3[5-9])\\d{6}' }),
  rewriting('MA', ['+212a', '+2126a'], { a: '[14-7]\\d{7}' }),
  // Ivory Coast: ten digits since 31 January 2021, by operator (ARTCI); 800 and 900 stayed.
  rewriting('CI', ['+225a', '+22501a'], { a: '(?:[04-7][0-3]|[89][1-3])\\d{6}' }),
  rewriting('CI', ['+225a', '+22505a'], { a: '[04-9][4-6]\\d{6}' }),
  rewriting('CI', ['+225a', '+22507a'], { a: '[04-9][7-9]\\d{6}' }),
  rewriting('CI', ['+225a', '+22525a'], { a: '[23]\\d0\\d{5}' }),
  rewriting('CI', ['+225a', '+22521a'], { a: '2\\d8\\d{5}' }),
  rewriting('CI', ['+225a', '+22527a'], { a: '[23]\\d[1-79]\\d{5}' }),
  // Benin: 01 before all numbers since 30 November 2024 (ARCEP Bénin).
  rewriting('BJ', ['+229a', '+22901a'], { a: '[24569]\\d{7}' }),
  // Mauritius: a 5 before mobile numbers since 1 September 2013 (ICTA).
  rewriting('MU', ['+230a', '+2305a'], { a: '[79]\\d{6}' }),
  // Cameroon: a 2 before fixed and a 6 before mobile numbers since 21 November 2014 (ART).
  rewriting('CM', ['+237a', '+2372a'], { a: '(?:22|33)\\d{6}' }),
  rewriting('CM', ['+237a', '+2376a'], { a: '[79]\\d{7}' }),
  // Gabon: nine digits within the country since 15 November 2019. Its zero stands in place of 1, 6 or 7 from abroad
  // (ARCEP).
  ...GABONESE.flatMap(([old, now]) =>
    ['', '0'].map((zero) => bothRing(rewriting('GA', [`+241${zero}${old}a`, `+241${now}a`], { a: '\\d{6}' }))),
  ),
];

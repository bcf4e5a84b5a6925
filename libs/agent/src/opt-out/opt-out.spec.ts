import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { LANGUAGES, type Language } from '#rules/values/language.js';
import type { OptOutRules } from './rules/language-rules.js';
import { asksNotToBeCalled, OPT_OUT_RULES } from './opt-out.js';

function asks(text: string, language: string | null): boolean {
  return asksNotToBeCalled([{ role: 'person', text, seconds_from_start: 1 }], language);
}

const WISHES: Record<Language, readonly string[]> = {
  en: [
    'Take me off your list.',
    'Please remove my number from your database',
    'Could you take us off of your calling list, please?',
    "Don't call me again.",
    'Do not call me again!',
    'do not ever call this number again',
    'Never call me again.',
    'Stop calling me!',
    "I'm not interested please stop calling me",
    "Look, I told you to stop calling. I don't want any more calls.",
    "I don't want to be called anymore",
    'Put me on your do not call list',
    'Don’t call here anymore, thank you.',
    'take me off your list and stop calling me',
    'Lose my number.',
  ],
  de: [
    'Rufen Sie mich nicht mehr an.',
    'Bitte rufen Sie hier nie wieder an!',
    'Nehmen Sie mich von Ihrer Liste.',
    'Ich habe kein Interesse, streichen Sie mich bitte aus Ihrer Anrufliste.',
    'Hören Sie auf, mich anzurufen!',
    'Ich möchte nicht mehr angerufen werden.',
    'Löschen Sie meine Telefonnummer.',
    'Ich will keine weiteren Anrufe.',
  ],
  fr: [
    "Ne m'appelez plus.",
    "Arrêtez de m'appeler !",
    'Retirez-moi de votre liste, s’il vous plaît.',
    'Je ne veux plus être appelée.',
    'Non merci. Ne me rappelez plus jamais.',
    'Supprimez mon numéro.',
  ],
  es: [
    'No me llame más.',
    'No me vuelvan a llamar, por favor.',
    'Quíteme de su lista.',
    'Deje de llamarme.',
    'No quiero recibir más llamadas.',
    'Borre mi número de su base de datos.',
    'Nunca más me llamen',
  ],
  it: [
    'Non mi chiamate più.',
    'Smettetela di chiamarmi!',
    'Mi tolga dalla vostra lista, per favore.',
    'Non voglio più essere chiamato.',
    'Cancelli il mio numero.',
    'Non mi richiami mai più',
  ],
  pt: [
    'Não me ligue mais.',
    'Pare de me ligar!',
    'Me tire da sua lista, por favor.',
    'Não quero mais receber ligações.',
    'Nunca mais me ligue.',
    'Apaguem o meu número.',
    'Não volte a ligar-me.',
  ],
  nl: [
    'Bel me niet meer.',
    'Belt u mij alstublieft nooit meer.',
    'Haal mij van uw lijst.',
    'Stop met bellen!',
    'Ik wil niet meer gebeld worden.',
    'Verwijder mijn nummer uit uw systeem.',
  ],
};

const OTHER_WORDS: Record<Language, readonly string[]> = {
  en: [
    "Don't call me now, call tomorrow.",
    "Don't call me again today, call me tomorrow at five.",
    "Don't call me again before Monday.",
    "Don't call me again until Friday.",
    "Please don't take me off your list.",
    "You don't have to remove me from your list",
    'Why did you take me off your list?',
    'Stop calling me names.',
    'Stop calling me at work, use my mobile.',
    'Can you take me off the waiting list?',
    'Do not call me, I will call you.',
    'If you stop calling me I will be sad',
    'You never call me.',
    'I am not interested.',
    'Call me again tomorrow.',
    'He said never call me again',
    '',
  ],
  de: [
    'Rufen Sie mich jetzt nicht an, rufen Sie morgen an.',
    'Rufen Sie mich nicht mehr vor acht Uhr an.',
    'Rufen Sie mich heute nicht mehr an.',
    'Bitte nehmen Sie mich nicht von Ihrer Liste.',
    'Haben Sie meine Telefonnummer?',
    'Warum streichen Sie mich von Ihrer Liste?',
    'Sie rufen mich nicht mehr an, warum?',
    'Ich habe kein Interesse.',
  ],
  fr: [
    "Ne m'appelez pas maintenant, rappelez demain.",
    'Rappelez-moi plus tard.',
    "Ne m'appelez plus avant lundi.",
    'Ne me retirez pas de votre liste.',
    "Vous ne m'appelez plus.",
    'Non merci.',
  ],
  es: [
    'No me llame ahora, llámeme mañana.',
    'No me llame más hoy, llame el lunes.',
    'No deje de llamarme.',
    'No me quite de su lista.',
    'No, gracias.',
  ],
  it: [
    'Mi chiami domani mattina, per favore.',
    'Non mi chiami adesso, mi chiami domani.',
    'Non mi chiamate più dopo le otto.',
    'Non mi tolga dalla vostra lista.',
    'No, grazie.',
  ],
  pt: [
    'Pode ligar de novo amanhã de manhã.',
    'Não me ligue agora, ligue amanhã.',
    'Não me ligue mais antes das oito.',
    'Não pare de me ligar.',
    'Não, obrigado.',
  ],
  nl: [
    'Bel me niet nu, bel morgen.',
    'Bel me niet meer na acht uur.',
    'Haal mij niet van uw lijst.',
    'Ik bel u niet meer.',
    'Nee, dank u wel.',
  ],
};

const both = (sentences: Record<Language, readonly string[]>) =>
  LANGUAGES.flatMap((language) => sentences[language].map((text): [Language, string] => [language, text]));

describe('An opt-out', () => {
  it.each(LANGUAGES)('has sentences of every kind to be tried with (%s)', (language) => {
    expect(WISHES[language].length).toBeGreaterThanOrEqual(5);
    expect(OTHER_WORDS[language].length).toBeGreaterThanOrEqual(5);
  });

  it.each(both(WISHES))('a person opts out (%s): %s', (language, text) => {
    expect(asks(text, language)).toBe(true);
  });

  it.each(both(OTHER_WORDS))('a person does not opt out (%s): %s', (language, text) => {
    expect(asks(text, language)).toBe(false);
  });

  it('a person opts out in the language of the campaign, whatever its region', () => {
    expect(asks('Rufen Sie mich nicht mehr an.', 'de-CH')).toBe(true);
    expect(asks('Rufen Sie mich nicht mehr an.', null)).toBe(false);
    expect(asks('Stop calling me.', 'sv-SE')).toBe(true);
  });

  it('the person can opt out, and not the agent', () => {
    const turns = [
      { role: 'agent', text: 'I will not call you again. Stop calling me.', seconds_from_start: 1 },
    ] as const;
    expect(asksNotToBeCalled(turns, 'en')).toBe(false);
  });

  const wish = fc.constantFrom(...both(WISHES));

  it('a person opts out in any letter case, and with any other sentences around it', () => {
    const sentences = fc.constantFrom('', 'Hello? ', 'Hmm... ', '42! ', '早上好。');
    fc.assert(
      fc.property(wish, sentences, sentences, fc.boolean(), ([language, text], before, after, isLoud) => {
        const said = isLoud ? text.toUpperCase() : text;
        expect(asks(`${before}${said}. ${after}`, language)).toBe(true);
      }),
    );
  });

  it('a person does not opt out if unforeseen words follow', () => {
    fc.assert(
      fc.property(wish, ([language, text]) => {
        const last = text.split(/[.,!?]+\s*| and /).findLast((clause) => clause !== '');
        expect(asks(`${last?.trim()} xyzzy`, language)).toBe(false);
      }),
    );
  });

  it('any text is judged at once', () => {
    const syllables = fc.array(
      fc.constantFrom('call ', 'me ', 'not ', 'stop ', "don't ", 'ruf ', 'bel ', 'no ', ', ', 'plus '),
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      syllables.map((all) => all.join('')),
    );
    fc.assert(fc.property(texts, fc.constantFrom(...LANGUAGES, null), (text, language) => void asks(text, language)));
  });

  it('an opt-out is found in a long turn if it ends a sentence', () => {
    const story = 'We have had a good year so far and the garden is doing well. '.repeat(60);
    expect(asks(`${story}Stop calling me.`, 'en')).toBe(true);
    expect(asks(`${story}Stop calling me. ${'Well. '.repeat(200)}`, 'en')).toBe(true);
    expect(asks(`Stop calling me. ${'Well. '.repeat(20_000)}`, 'en')).toBe(false);
    expect(asks('x'.repeat(30_000) + ' stop calling me', 'en')).toBe(false);
  });
});

/** All words of the rules of a language, as they may be spoken. */
function vocabularyOf({ wishes, endings, reversals, asides, later }: OptOutRules): string[] {
  const sources = wishes.map((wish) => (typeof wish === 'string' ? wish : `${wish.notAfter} ${wish.say}`));
  const text = [...sources, ...endings, ...reversals, ...asides, ...later].join(' ');
  return [...new Set(text.replaceAll('*', '').match(/[\p{L}']+/gu))];
}

/**
 * Returns the steps beyond which work would not be linear in the characters; ten characters are what every search
 * costs. A word costs up to 848 steps, whatever its length ("i" in English). A row of one-letter words is therefore the
 * costliest text: 422 steps a character.
 */
function mostSteps(text: string): number {
  return 425 * (text.length + 10);
}

function stepsOf(text: string, language: Language): number {
  const count = { steps: 0 };
  asksNotToBeCalled([{ role: 'person', text, seconds_from_start: 1 }], language, count);
  return count.steps;
}

describe('The work of recognizing an opt-out', () => {
  it.each([
    ['en', `stop calling${' ever again'.repeat(31)} zzz`],
    ['en', 'i '.repeat(3_000)],
    ['en', `stop calling${' ever again'.repeat(3_000)} zzz`],
    ['de', `rufen sie${' mich'.repeat(3_000)} nicht mehr zzz`],
    ['de', `rufen sie mich nicht mehr${' und rufen sie'.repeat(3_000)}`],
    ['nl', `ik wil geen oproepen meer${' van u krijgen'.repeat(3_000)} zzz`],
    ['pt', `pare de ligar${' se faz favor'.repeat(3_000)} zzz`],
    ['es', `${'no estoy interesado '.repeat(3_000)}deje de llamarme`],
    ['fr', `${'rappelez moi '.repeat(3_000)}zzz`],
    ['it', `non chiamate piu${' mai piu'.repeat(3_000)} zzz`],
  ] as const)('the work is linear in the characters of a repetition (%s)', (language, text) => {
    expect(stepsOf(text, language)).toBeLessThanOrEqual(mostSteps(text));
  });

  it.each(LANGUAGES)('the work doubles with the text, for each word of the rules (%s)', (language) => {
    for (const word of vocabularyOf(OPT_OUT_RULES[language])) {
      const [once, twice] = [100, 200].map((times) => stepsOf(`${word} `.repeat(times), language));
      expect(twice! / once!).toBeLessThan(2.2);
    }
  });

  it('a long row of marks is never sorted, which would take quadratic time', () => {
    const normalize = vi.spyOn(String.prototype, 'normalize');
    expect(asks(`Stop ca${'\u0301\u0323'.repeat(5_000)}lling me`, 'en')).toBe(true);
    expect(normalize.mock.contexts.filter((text) => /\p{M}/u.test(String(text)))).toEqual([]);
    normalize.mockRestore();
  });

  it.each(LANGUAGES)('the work is linear in the characters of any text in words of the rules (%s)', (language) => {
    const word = fc.constantFrom(...vocabularyOf(OPT_OUT_RULES[language]));
    const phrase = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));
    const repeated = fc
      .tuple(phrase, fc.integer({ min: 1, max: 400 }))
      .map(([text, times]) => Array.from({ length: times }, () => text).join(' '));
    const mixed = fc.array(word, { minLength: 100, maxLength: 1_000 }).map((words) => words.join(' '));
    const speech = fc
      .array(fc.oneof(phrase, repeated, mixed), { minLength: 1, maxLength: 5 })
      .chain((parts) => fc.constantFrom(' ', ', ', '. ').map((between) => parts.join(between)));
    fc.assert(
      fc.property(speech, (text) => {
        expect(stepsOf(text, language)).toBeLessThanOrEqual(mostSteps(text));
      }),
      { numRuns: 100 },
    );
  });
});

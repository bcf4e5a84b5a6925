import type { OptOutRules } from './language-rules.js';

export const DE: OptOutRules = {
  wishes: [
    {
      say: `(rufen sie | ruft/ruf) {bitte/mich/uns/hier | diese nummer | bei mir/uns}
        (nie wieder/mehr | nicht mehr/wieder/nochmal | nicht noch einmal | niemals wieder)
        [hier | bei mir/uns | diese nummer] [an]`,
      notAfter: 'ihr/er/sie/es/man',
    },
    `nehmen/streichen/loschen/entfernen/nimm/streich/losch/nehmt/streicht/loscht [sie] [bitte]
      (mich/uns | meine nummer/telefonnummer/handynummer | meinen namen | meine daten) [bitte] [sofort] von/aus
      ( ihrer/eurer/deiner liste/anrufliste/telefonliste/kontaktliste/kundenliste/adressliste/datenbank/kartei
      | ihrem system | der/dieser anrufliste/telefonliste )`,
    'streichen/loschen/entfernen [sie] [bitte] meine nummer/telefonnummer/handynummer',
    `(horen sie | hort/hor) {bitte/endlich} auf [mich/uns/hier | hier standig | mich standig]
      (anzurufen | zu belastigen)`,
    `ich/wir mochte/mochten/will/wollen/wunsche/wunschen (nicht mehr | nie wieder | nie mehr | nicht wieder)
      [von ihnen/euch] angerufen/kontaktiert/belastigt [werden]`,
    `ich/wir mochte/mochten/will/wollen/wunsche/wunschen keine ([weiteren] anrufe mehr | weiteren anrufe)
      {von ihnen | bekommen/erhalten}`,
  ],
  endings: [
    'an/raus/heraus/bitte/mehr/jetzt/sofort/endlich/danke',
    'vielen dank | von ihnen',
    'ich/wir/das/es/sonst/weil/sie ...',
    'und rufen sie [...] nicht mehr ...',
    'und loschen/streichen/nehmen/entfernen ...',
  ],
  reversals: ['nicht/nie/niemals/warum/wieso/wenn/falls/bis/er/man/brauchen', 'kein*', 'haben sie | mussen sie'],
  asides: ['[ich habe] kein/keinerlei interesse [daran]', '[ich bin] nicht interessiert', 'nein danke'],
  later: [
    `ruf/rufen/ruft/melden/melde/probieren/versuchen [...]
      ( morgen/spater/montag/dienstag/mittwoch/donnerstag/freitag/samstag/sonntag | nachste* | heute abend/nachmittag
      | um/gegen _ | in _ stunde/stunden/tagen/woche/wochen/minuten )`,
  ],
};

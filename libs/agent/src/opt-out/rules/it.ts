import type { OptOutRules } from './language-rules.js';

export const IT: OptOutRules = {
  wishes: [
    `non mi/ci
      chiami/chiamate/chiamare/richiami/richiamate/contatti/contattate/disturbi/disturbate/telefoni/telefonate
      [mai] piu`,
    'non chiamatemi/chiamarmi/richiamatemi/telefonatemi/contattatemi/chiamate/chiami [mai] piu',
    `(la smetta | smetta/smettetela/smettete/smettila/smetti/finitela) di
      chiamarmi/chiamarci/telefonarmi/contattarmi/disturbarmi`,
    `( mi tolga/cancelli/rimuova/elimini
      | toglietemi/toglimi/cancellatemi/rimuovetemi/eliminatemi
      | tolga/togliete/cancelli/cancellate/rimuova/rimuovete/elimini/eliminate il mio numero/nome ) dalla/dalle/dai/dal
      ( sua/vostra/sue/vostre/vostro/vostri/suo/suoi lista/liste/elenco/elenchi/database/archivio/archivi/sistema
      | lista (di chiamate | delle chiamate | telefonica) )`,
    'cancelli/cancellate/elimini/eliminate il mio numero [di telefono]',
    `non voglio/desidero
      ( piu (essere chiamato/chiamata/contattato/contattata/disturbato/disturbata | ricevere chiamate/telefonate)
      | essere chiamato/chiamata/contattato/contattata/disturbato/disturbata [mai] piu
      | ricevere piu/altre chiamate/telefonate )`,
  ],
  endings: [
    'grazie/adesso/subito/mai/signore/signora',
    'per favore | per cortesia | mai piu | la prego | vi prego',
    'sono/ho/io/perche ...',
    'non sono/mi/ho ...',
    'e (non/togliete/tolga | cancell*) ...',
  ],
  reversals: ['non/mai/voi/perche/se/quando/finche/senza/lui/loro', 'lei ha'],
  asides: ['(non sono | non) interessato/interessata', 'non mi interessa', 'no grazie'],
  later: [
    `chiami/chiamate/chiamatemi/richiami/richiamate/richiamatemi/chiamarmi/chiamami [...]
      ( domani/dopo/stasera/lunedi/martedi/mercoledi/giovedi/venerdi/sabato/domenica | piu tardi | prossim*
      | tra/fra/alle/verso _ )`,
  ],
};

import type { OptOutRules } from './language-rules.js';

const PLEASE = '[alstublieft/alsjeblieft]';

export const NL: OptOutRules = {
  wishes: [
    {
      say: `bel/belt [u/jullie] [mij/me/ons/hier | dit nummer | naar dit nummer] ${PLEASE}
        (nooit meer | niet meer | nooit weer | niet weer | nooit)`,
      notAfter: 'ik/jij/je/u/jullie/hij/zij/ze/we/wij',
    },
    `(stop | stopt u | stoppen jullie | hou op | houdt u op | houd op) [alstublieft/alsjeblieft/nu] met
      (mij/me/ons [te] bellen | bellen | mij/me/ons lastig te vallen)`,
    `haal/haalt/verwijder/verwijdert/schrap/schrapt [u/jullie]
      (mij/me/ons | mijn nummer/telefoonnummer/naam/gegevens) ${PLEASE} van/uit
      ( uw/jullie/je lijst/lijsten/bellijst/contactlijst/bestand/belbestand/systeem/database
      | de bellijst | het belbestand )`,
    `(verwijder | verwijdert u) ${PLEASE} mijn nummer/telefoonnummer`,
    'ik/wij/we wil/willen/wens/wensen niet/nooit meer [door u/jullie] gebeld/benaderd [worden]',
    'ik/wij/we wil/willen/wens/wensen geen telefoontjes/oproepen meer {van u/jullie | krijgen/ontvangen}',
  ],
  endings: [
    'op/alstublieft/alsjeblieft/aub/bedankt/meer/nu/meteen/direct/onmiddellijk/graag/meneer/mevrouw',
    'dank u [wel]',
    'ik/wij/we/anders/want/dit/u ...',
    'en haal/verwijder/stop ...',
    'en bel [...] niet meer ...',
  ],
  reversals: ['niet/nooit/geen/waarom/als/wanneer/tot/zonder/hij/zij', 'heeft u | hebt u | hebben jullie'],
  asides: ['[ik heb] geen interesse', '[ik ben] niet geinteresseerd', 'nee dank u/je [wel]', 'nee bedankt'],
  later: [
    `bel/belt/bellen [...]
      ( morgen/later/straks/vanavond/vanmiddag/volgende/maandag/dinsdag/woensdag/donderdag/vrijdag/zaterdag/zondag
      | om/over/na/rond _ )`,
  ],
};

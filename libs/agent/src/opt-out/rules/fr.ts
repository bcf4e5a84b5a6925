import type { OptOutRules } from './language-rules.js';

export const FR: OptOutRules = {
  wishes: [
    {
      say: `[ne] ( m'appelez/m'appelle | nous appelez/rappelez | me telephonez/contactez/rappelez/rappelle )
        (plus jamais | plus | jamais plus | jamais)`,
      notAfter: 'vous/tu/ils [ne]',
    },
    `arretez/cessez/arrete de (m'appeler | nous appeler | me telephoner/rappeler/contacter/harceler)`,
    `retirez/enlevez/supprimez/effacez/rayez/sortez (moi/nous | mon numero/nom [de telephone] | mes coordonnees) de/des
      votre/vos/cette (liste/listes/fichier/fichiers/systeme | base [de donnees] | bases de donnees)
      [d'appel/d'appels/client/clients | de prospection]`,
    'supprimez/effacez mon numero [de telephone]',
    `je [ne] veux/souhaite/desire plus
      ( etre appele/appelee/contacte/contactee/rappele/rappelee/derange/derangee
      | recevoir (d'appel/d'appels | vos appels | aucun appel) | que vous (m'appeliez | me rappeliez/contactiez) )`,
  ],
  endings: [
    'svp/merci/maintenant/immediatement/jamais/monsieur/madame',
    "s'il vous plait | tout de suite | du tout | de votre part",
    "sinon/je/nous/c'est/ca/vous/j'ai/j'en ...",
    'et ne/retirez/supprimez/effacez/arretez ...',
  ],
  reversals: ['pas/pourquoi/si/quand/sans/jusqu/jusque/il/elle/ils/elles/inutile', 'avez vous'],
  asides: ['[je [ne] suis] pas interesse/interessee', "ca [ne] m'interesse pas", 'non merci'],
  later: [
    `appelez/rappelez/telephonez/contactez/rappelle/appelle [moi] [...]
      ( demain/lundi/mardi/mercredi/jeudi/vendredi/samedi/dimanche/prochain/prochaine | plus tard | ce soir | cet apres
      | dans/vers/apres _ | a # )`,
  ],
};

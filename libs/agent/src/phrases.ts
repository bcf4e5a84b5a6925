import { languageOf, type Language } from '#rules/values/language.js';

/** Sentences of the agent if its model gives none. */
export interface Phrases {
  readonly apology: string;
  readonly farewell: string;
}

const PHRASES: Readonly<Record<Language, Phrases>> = {
  en: {
    apology: 'I am sorry, I did not get that. Could you say it again, please?',
    farewell: 'I am sorry, something is not working on our side. We will hang up now. Goodbye.',
  },
  de: {
    apology: 'Entschuldigung, das habe ich nicht verstanden. Können Sie es bitte noch einmal sagen?',
    farewell: 'Entschuldigung, bei uns funktioniert gerade etwas nicht. Wir legen jetzt auf. Auf Wiederhören.',
  },
  fr: {
    apology: "Excusez-moi, je n'ai pas compris. Pourriez-vous répéter, s'il vous plaît ?",
    farewell: 'Excusez-nous, nous avons un problème technique. Nous allons raccrocher. Au revoir.',
  },
  es: {
    apology: 'Disculpe, no le he entendido. ¿Podría repetirlo, por favor?',
    farewell: 'Disculpe, tenemos un problema técnico. Vamos a colgar ahora. Adiós.',
  },
  it: {
    apology: 'Mi scusi, non ho capito. Può ripetere, per favore?',
    farewell: 'Ci scusi, abbiamo un problema tecnico. Ora chiudiamo la chiamata. Arrivederci.',
  },
  pt: {
    apology: 'Desculpe, não entendi. Pode repetir, por favor?',
    farewell: 'Desculpe, estamos com um problema técnico. Vamos desligar agora. Até logo.',
  },
  nl: {
    apology: 'Sorry, dat heb ik niet verstaan. Kunt u het nog eens zeggen?',
    farewell: 'Sorry, er werkt iets niet aan onze kant. We hangen nu op. Tot ziens.',
  },
};

/** Returns the phrases of a language; English for an unknown one. @param language of the campaign (RFC 5646). */
export function phrasesIn(language: string | null): Phrases {
  return PHRASES[languageOf(language)];
}

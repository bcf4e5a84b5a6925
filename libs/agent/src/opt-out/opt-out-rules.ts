import type { Language } from '../language.js';

/**
 * Sources of regular expressions for plain text (`plainClauses`).
 * wishes: nobody who says this wants to be called again. endings: what may follow in the same clause; anything else ("until Friday") makes it
 * another wish. reversals: words that turn it round when they come before. asides: what comes before and means nothing. later: whoever says
 * this wants to be called.
 */
export interface OptOutRules {
  readonly wishes: readonly string[];
  readonly endings: string;
  readonly reversals: string;
  readonly asides: string;
  readonly later: string;
}

const EN: OptOutRules = {
  wishes: [
    '(?:take|remove|get|delete) (?:me|us|my (?:phone )?number|my name|this number) (?:off|off of|from|out of)(?: of)? (?:all )?(?:of )?your (?:(?:call|calling|phone|contact|marketing|sales|dialing) )?(?:lists?|database|records|system)',
    '(?:take|remove|get) (?:me|us|my (?:phone )?number|this number) (?:off|off of|from) (?:the|this|that) (?:call|calling|phone|marketing|sales) list',
    "(?:put|add) (?:me|us|my (?:phone )?number|this number) (?:on|to) (?:your |the )?(?:do not|don't|no) call (?:list|registry)",
    '(?:stop|quit) (?:calling|phoning|ringing|harassing) (?:me|us|here|this number|my (?:phone|number|house|mobile|cell))',
    '(?:stop|quit) calling',
    'stop (?:all )?(?:your|these|the) (?:phone )?calls',
    "(?:don't|do not|dont) (?:you )?(?:ever )?(?:call|phone|ring|contact) (?:(?:me|us|here|this number|my (?:phone|number|house)) )?(?:again|anymore|any more|ever again)",
    "(?:don't|do not|dont) (?:you )?ever (?:call|phone|ring|contact) (?:me|us|here|this number)",
    '(?<!(?:i|you|we|who|people|would|will) )never(?: ever)? (?:call|phone|ring|contact) (?:me|us|here|this number)(?: (?:again|ever again|anymore))?',
    "i (?:don't|do not|dont) (?:want|wish) (?:you to (?:call|phone|contact) me|to be (?:called|contacted|phoned)) (?:again|anymore|any more|ever again)",
    "i (?:don't|do not|dont) (?:want|wish)(?: to (?:get|receive))? any more (?:phone )?calls",
    'lose (?:my|this) number',
  ],
  endings:
    "please|now|right now|immediately|today|ever|ever again|again|anymore|any more|at once|for good|thanks?|thank you|ok|okay|already|sir|ma'am|at all|from (?:now on|you)|because .+|this is .+|or (?:else|i) .+|(?:i|i'm|i've|i'll|we|we're|you|you're|it's|it) .+|and (?:don't|do not|never|stop|take|remove|delete|lose) .+",
  reversals: "not|\\w+n't|never|dont|didnt|without|why|if|unless|when|until|did you|have you|he|she|they|nobody",
  asides: "(?:(?:i'm|i am|we're|we are) )?(?:really )?not interested(?: at all)?|no thank you|no thanks",
  later:
    '(?:call|ring|phone|try|reach|contact)(?: (?:me|us|back|again))* (?:tomorrow|later|next|tonight|instead|another time|some other time|this (?:afternoon|evening)|in (?:a|an|the|\\d+)|on (?:mon|tues|wednes|thurs|fri|satur|sun)day|at \\w+|after \\w+|around \\w+)',
};

const DE: OptOutRules = {
  wishes: [
    '(?<!(?:ihr|er|sie|es|man) )(?:rufen sie|ruft|ruf)(?: (?:bitte|mich|uns|hier|diese nummer|bei mir|bei uns))* (?:nie wieder|nie mehr|nicht mehr|nicht wieder|nicht noch einmal|nicht nochmal|niemals wieder)(?: (?:hier|bei mir|bei uns|diese nummer))?(?: an)?',
    '(?:nehmen|streichen|loschen|entfernen|nimm|streich|losch|nehmt|streicht|loscht)(?: sie)?(?: bitte)? (?:mich|uns|meine (?:telefon|handy)?nummer|meinen namen|meine daten)(?: bitte)?(?: sofort)? (?:von|aus) (?:(?:ihrer|eurer|deiner) (?:(?:anruf|telefon|kontakt|kunden|adress)?liste|datenbank|kartei)|ihrem system|(?:der|dieser) (?:anruf|telefon)liste)',
    '(?:streichen|loschen|entfernen)(?: sie)?(?: bitte)? meine (?:telefon|handy)?nummer',
    '(?:horen sie|hort|hor)(?: (?:bitte|endlich))* auf(?: (?:mich|uns|hier|hier standig|mich standig))? (?:anzurufen|zu belastigen)',
    '(?:ich|wir) (?:mochte|mochten|will|wollen|wunsche|wunschen) (?:nicht mehr|nie wieder|nie mehr|nicht wieder)(?: von (?:ihnen|euch))? (?:angerufen|kontaktiert|belastigt)(?: werden)?',
    '(?:ich|wir) (?:mochte|mochten|will|wollen|wunsche|wunschen) keine (?:(?:weiteren )?anrufe mehr|weiteren anrufe)(?: (?:von ihnen|bekommen|erhalten))*',
  ],
  endings:
    'an|raus|heraus|bitte|mehr|jetzt|sofort|endlich|danke|vielen dank|von ihnen|(?:ich|wir|das|es|sonst|weil|sie) .+|und (?:rufen sie .*nicht mehr|loschen|streichen|nehmen|entfernen) .+',
  reversals: 'nicht|nie|niemals|kein\\w*|warum|wieso|wenn|falls|bis|haben sie|er|man|brauchen|mussen sie',
  asides: '(?:ich habe )?kein(?:erlei)? interesse(?: daran)?|(?:ich bin )?nicht interessiert|nein danke',
  later:
    '(?:ruf|rufen|ruft|melden|melde|probieren|versuchen)(?: \\S+)* (?:morgen|spater|nachste\\w*|heute (?:abend|nachmittag)|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|um \\S+|gegen \\S+|in \\S+ (?:stunden?|tagen|wochen?|minuten))',
};

const FR: OptOutRules = {
  wishes: [
    "(?<!(?:vous|tu|ils) )(?<!(?:vous|tu|ils) ne )(?:ne )?(?:m'appelez|m'appelle|nous appelez|me telephonez|me contactez|me rappelez|nous rappelez|me rappelle) (?:plus jamais|plus|jamais plus|jamais)",
    "(?:arretez|cessez|arrete) de (?:m'appeler|nous appeler|me telephoner|me rappeler|me contacter|me harceler)",
    "(?:retirez|enlevez|supprimez|effacez|rayez|sortez)(?: moi| nous| mon (?:numero|nom)(?: de telephone)?| mes coordonnees) (?:de|des) (?:votre|vos|cette) (?:listes?|fichiers?|base(?: de donnees)?|bases de donnees|systeme)(?: (?:d'appels?|de prospection|clients?))?",
    '(?:supprimez|effacez) mon numero(?: de telephone)?',
    "je (?:ne )?(?:veux|souhaite|desire) plus (?:etre (?:appelee?|contactee?|rappelee?|derangee?)|recevoir (?:d'appels?|vos appels|aucun appel)|que vous (?:m'appeliez|me rappeliez|me contactiez))",
  ],
  endings:
    "s'il vous plait|svp|merci|maintenant|immediatement|tout de suite|jamais|monsieur|madame|du tout|de votre part|sinon .+|(?:je|nous|c'est|ca|vous) .+|(?:j'ai|j'en) .+|et (?:ne|retirez|supprimez|effacez|arretez) .+",
  reversals: 'pas|pourquoi|si|quand|sans|jusque?|il|elle|ils|elles|avez vous|inutile',
  asides: "(?:je (?:ne )?suis )?pas interessee?|ca (?:ne )?m'interesse pas|non merci",
  later:
    '(?:appelez|rappelez|telephonez|contactez|rappelle|appelle)(?: moi)? (?:\\S+ )*(?:demain|plus tard|ce soir|cet apres|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|prochaine?|dans \\S+|vers \\S+|apres \\S+|a \\d+)',
};

const ES: OptOutRules = {
  wishes: [
    'no (?:me|nos) (?:llame|llamen|llames|llameis|contacte|contacten|marque|marquen) (?:mas|nunca mas|jamas|otra vez|de nuevo)',
    'no (?:me |nos )?(?:vuelva|vuelvan|vuelvas|volvais) a (?:llamar|llamarme|llamarnos|contactar|contactarme|marcar|marcarme|molestar|molestarme)',
    'no (?:llame|llamen|llames|llameis) mas',
    'nunca mas (?:me |nos )?(?:llame|llamen|llames|vuelvan? a llamar(?:me)?)',
    '(?:deje|dejen|deja|dejad|pare|paren) de (?:llamarme|llamarnos|llamar|molestarme|marcarme)',
    '(?:quiteme|quitenme|quitame|saqueme|saquenme|sacame|elimineme|eliminenme|borreme|borrenme|retireme|retirenme) de (?:(?:su|sus|tu|tus|vuestra) (?:lista|listas|base de datos|sistema|registros)|la lista de (?:llamadas|telefonos))(?: de (?:llamadas|telefonos|contactos))?',
    '(?:elimine|eliminen|borre|borren|quite|quiten) mi (?:numero|telefono)(?: de (?:su|sus|tu) (?:lista|listas|base de datos|sistema|registros))?',
    'no (?:quiero|deseo) (?:(?:recibir )?mas llamadas|que me (?:llame|llamen) mas|que me vuelvan? a llamar|que vuelvan? a llamarme)',
  ],
  endings:
    'por favor|gracias|ya|nunca|jamas|ahora mismo|de una vez|mas|nunca mas|senor|senora|de ustedes|de su parte|(?:yo|ya|estoy|es|porque|no (?:estoy|me|quiero|tengo)) .+|y (?:no|borre|elimine|quite|deje) .+',
  reversals: 'no|nunca|por que|porque|si|cuando|hasta|sin|el|ella|ellos',
  asides: '(?:no )?(?:estoy )?no (?:estoy )?interesad[oa]|no me interesa|no gracias',
  later:
    '(?:llameme|llamenme|llamame|llame|llamen|llamar|llamarme|marqueme)(?: \\S+)* (?:manana|mas tarde|luego|despues|esta (?:tarde|noche)|el (?:lunes|martes|miercoles|jueves|viernes|sabado|domingo)|la proxima|en \\S+ (?:horas?|dias|minutos)|a las? \\S+)',
};

const IT: OptOutRules = {
  wishes: [
    'non (?:mi|ci) (?:chiami|chiamate|chiamare|richiami|richiamate|contatti|contattate|disturbi|disturbate|telefoni|telefonate) (?:mai piu|piu)',
    'non (?:chiamatemi|chiamarmi|richiamatemi|telefonatemi|contattatemi|chiamate|chiami) (?:mai piu|piu)',
    '(?:la smetta|smetta|smettetela|smettete|smettila|smetti|finitela) di (?:chiamarmi|chiamarci|telefonarmi|contattarmi|disturbarmi)',
    '(?:mi tolga|toglietemi|toglimi|mi cancelli|cancellatemi|mi rimuova|rimuovetemi|mi elimini|eliminatemi|(?:tolga|togliete|cancelli|cancellate|rimuova|rimuovete|elimini|eliminate) il mio (?:numero|nome)) (?:dalla|dalle|dai|dal) (?:(?:sua|vostra|sue|vostre|vostro|vostri|suo|suoi) (?:lista|liste|elenco|elenchi|database|archivio|archivi|sistema)|lista (?:di chiamate|delle chiamate|telefonica))',
    '(?:cancelli|cancellate|elimini|eliminate) il mio numero(?: di telefono)?',
    'non (?:voglio|desidero) (?:piu (?:essere (?:chiamat|contattat|disturbat)[oa]|ricevere (?:chiamate|telefonate))|essere (?:chiamat|contattat|disturbat)[oa] (?:mai )?piu|ricevere (?:piu|altre) (?:chiamate|telefonate))',
  ],
  endings:
    'per favore|per cortesia|grazie|adesso|subito|mai|mai piu|signore|signora|la prego|vi prego|(?:sono|ho|io|perche|non (?:sono|mi|ho)) .+|e (?:non|cancell\\w+|togliete|tolga) .+',
  reversals: 'non|mai|voi|perche|se|quando|finche|senza|lui|lei ha|loro',
  asides: '(?:non sono|non) interessat[oa]|non mi interessa|no grazie',
  later:
    '(?:chiami|chiamate|chiamatemi|richiami|richiamate|richiamatemi|chiamarmi|chiamami)(?: \\S+)* (?:domani|piu tardi|dopo|stasera|lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica|prossim\\w+|tra \\S+|fra \\S+|alle \\S+|verso \\S+)',
};

const PT: OptOutRules = {
  wishes: [
    'nao (?:me|nos) (?:ligue|liguem|ligues|telefone|telefonem|contate|contatem|contacte|contactem) (?:mais|nunca mais|outra vez|de novo|novamente)',
    'nao (?:ligue|liguem|ligues) (?:mais|nunca mais)(?: (?:para mim|pra mim|para ca|pra ca|aqui|para (?:este|esse) numero))?',
    'nao (?:ligue|liguem|ligues) (?:para mim|pra mim|para ca|pra ca|aqui|para (?:este|esse) numero) (?:mais|nunca mais|de novo|outra vez|novamente)',
    'nao (?:me |nos )?(?:volte|voltem|voltes) a (?:ligar|me ligar|ligar me|telefonar|contactar|contatar)',
    'nunca mais (?:me |nos )?(?:ligue|liguem|telefone|telefonem)',
    '(?:pare|parem|deixe|deixem) de (?:me ligar|nos ligar|ligar|ligar me|me telefonar|me incomodar|ligar (?:para|pra) mim)',
    '(?:me (?:tire|tirem|retire|retirem|remova|removam|exclua|excluam|apague|apaguem)|(?:tire|tirem|retire|retirem|remova|removam|exclua|excluam|apague|apaguem) (?:me|(?:o )?meu (?:numero|nome|telefone|contato|contacto))) (?:da|das|de|do) (?:(?:sua|suas|vossa|tua|seu|seus|vosso) )?(?:lista de (?:ligacoes|chamadas|contatos|contactos)|(?:sua|suas|vossa|tua) listas?|cadastro|base de dados|banco de dados)',
    'me (?:tire|tirem|retire|retirem|remova|removam) da (?:sua|vossa|tua) lista',
    '(?:tire|tirem|retire|retirem|remova|removam) (?:me|(?:o )?meu (?:numero|nome)) da (?:sua|vossa|tua) lista',
    '(?:apague|apaguem|exclua|excluam) (?:o )?meu numero',
    'nao quero (?:mais (?:receber (?:ligacoes|chamadas|telefonemas)|que (?:me )?liguem)|receber mais (?:ligacoes|chamadas|telefonemas)|que me liguem mais|mais (?:ligacoes|chamadas|telefonemas))',
  ],
  endings:
    'por favor|obrigad[oa]|agora|ja|nunca|nunca mais|mais|senhor|senhora|faz favor|se faz favor|de voces|(?:eu|estou|porque|isso|nao (?:estou|tenho|quero|me)) .+|e (?:nao|apague\\w*|tire\\w*|retire\\w*|remova\\w*) .+',
  reversals: 'nao|nunca|por que|porque|se|quando|ate|sem|ele|ela|eles',
  asides: '(?:nao estou|nao) interessad[oa]|nao (?:tenho interesse|me interessa)|nao obrigad[oa]',
  later:
    '(?:ligue|liguem|liga|ligar|telefone|me ligue)(?: \\S+)* (?:amanha|mais tarde|depois|logo|hoje a (?:tarde|noite)|na (?:segunda|terca|quarta|quinta|sexta|proxima)|no (?:sabado|domingo)|daqui a \\S+|em \\S+ (?:horas?|dias|minutos)|as \\S+)',
};

const NL: OptOutRules = {
  wishes: [
    '(?<!(?:ik|jij|je|u|jullie|hij|zij|ze|we|wij) )(?:bel|belt)(?: (?:u|jullie))?(?: (?:mij|me|ons|hier|dit nummer|naar dit nummer))?(?: (?:alstublieft|alsjeblieft))? (?:nooit meer|niet meer|nooit weer|niet weer|nooit)',
    '(?:stop|stopt u|stoppen jullie|hou op|houdt u op|houd op)(?: (?:alstublieft|alsjeblieft|nu))? met (?:(?:mij|me|ons)(?: te)? bellen|bellen|(?:mij|me|ons) lastig te vallen)',
    '(?:haal|haalt|verwijder|verwijdert|schrap|schrapt)(?: (?:u|jullie))? (?:mij|me|ons|mijn (?:telefoon)?nummer|mijn naam|mijn gegevens)(?: (?:alstublieft|alsjeblieft))? (?:van|uit) (?:(?:uw|jullie|je) (?:lijst|lijsten|bellijst|contactlijst|bestand|belbestand|systeem|database)|(?:de bellijst|het belbestand))',
    'verwijder(?:t u)?(?: (?:alstublieft|alsjeblieft))? mijn (?:telefoon)?nummer',
    '(?:ik|wij|we) (?:wil|willen|wens|wensen) (?:niet meer|nooit meer)(?: door (?:u|jullie))? (?:gebeld|benaderd)(?: worden)?',
    '(?:ik|wij|we) (?:wil|willen|wens|wensen) geen (?:telefoontjes|oproepen) meer(?: (?:van (?:u|jullie)|krijgen|ontvangen))*',
  ],
  endings:
    'op|alstublieft|alsjeblieft|aub|dank u|dank u wel|bedankt|meer|nu|meteen|direct|onmiddellijk|graag|meneer|mevrouw|(?:ik|wij|we|anders|want|dit|u) .+|en (?:haal|verwijder|bel .*niet meer|stop) .+',
  reversals: 'niet|nooit|geen|waarom|als|wanneer|tot|zonder|heeft u|hebt u|hebben jullie|hij|zij',
  asides: '(?:ik heb )?geen interesse|(?:ik ben )?niet geinteresseerd|nee dank (?:u|je)(?: wel)?|nee bedankt',
  later:
    '(?:bel|belt|bellen)(?: \\S+)* (?:morgen|later|straks|vanavond|vanmiddag|volgende|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|om \\S+|over \\S+|na \\S+|rond \\S+)',
};

export const OPT_OUT_RULES: Readonly<Record<Language, OptOutRules>> = {
  en: EN,
  de: DE,
  fr: FR,
  es: ES,
  it: IT,
  pt: PT,
  nl: NL,
};

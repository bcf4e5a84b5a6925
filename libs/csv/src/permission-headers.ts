import { isEmailHeader, LANGUAGES, type Language } from './contact-headers.js';
import { wordsOf } from './telephone-headers.js';

/**
 * Meaning of a column for calls. `forbids`: yes means no call; `permits`: no means no call. `other`: it concerns only
 * emails, texts or faxes, and forbids no call. `status`: it may hold a word such as `DNC`.
 */
export type PermissionKind = 'forbids' | 'permits' | 'other' | 'status';

type ByLanguage = Readonly<Record<Language, string>>;

/** Phrases of headers, as `wordsOf` writes them; a phrase may also be written as one word. */
export const PHRASES: Readonly<Record<'forbids' | 'permits', ByLanguage>> = {
  forbids: {
    en: `do not call|dont call|don t call|do not phone|do not contact|do not disturb|do not dial|no call|no calls
      |no phone calls|no contact|opt out|opted out|optout|optedout|unsubscribe|unsubscribed|unsub|opt outs
      |phone opt out|call opt out|suppress|suppressed
      |suppression|blacklist|blacklisted|blocklist|blocked|block calls|call blocked|dnc|dnd|dncl|dncr|ndnc|ncpr|tps
      |ctps|consent withdrawn|consent revoked|withdrawn consent|revoked consent|opposed to calls|do not solicit
      |do not market|not to call|must not call|never call|cannot call|can not call
      |no sales calls|no marketing calls|no cold calls|no robocalls|no telemarketing|no phone contact|no marketing
      |do not robocall|do not telemarket|stop calling|stop calls|do not allow contact|contact not allowed`,
    de: `keine anrufe|kein anruf|nicht anrufen|nicht anruf|nicht telefonieren|nicht kontaktieren|kein kontakt
      |anrufsperre|anrufverbot|telefonsperre|kontaktsperre|werbesperre|gesperrt|sperre|sperrvermerk|werbeverbot
      |keine werbung|abgemeldet|ausgetragen|widerspruch|werbewiderspruch|widerrufen|robinsonliste|robinson
      |kein telefon|keine telefonate|keine telefonwerbung|kein marketing|nicht storen|werbung unerwunscht`,
    fr: `ne pas appeler|ne pas contacter|ne plus appeler|ne pas telephoner|ne pas deranger|pas d appel|pas d appels
      |pas appeler|opposition|desinscrit|desinscription|desabonne|desabonnement|bloctel|liste rouge
      |liste noire|contact bloque|appel bloque|refus d appel|refus appel|consentement retire`,
    es: `no llamar|no llame|no contactar|no molestar|no llamadas|sin llamadas|dado de baja|baja voluntaria
      |lista robinson
      |bloqueado|bloqueada|lista negra|oposicion|consentimiento revocado`,
    it: `non chiamare|non contattare|non disturbare|non telefonare|no chiamate|registro delle opposizioni
      |registro opposizioni|opposizione|disiscritto|bloccato|lista nera|consenso revocato`,
    pt: `nao ligar|nao contactar|nao contatar|nao perturbe|nao perturbar|nao telefonar|nao me ligue|sem chamadas
      |descadastrado|cancelou inscricao|bloqueado|bloqueada|lista negra|oposicao|consentimento revogado`,
    nl: `niet bellen|niet gebeld|bel me niet|niet contacteren|niet benaderen|niet storen|geen telefoon|geen oproepen
      |afgemeld|uitgeschreven|geblokkeerd|bezwaar|zwarte lijst|toestemming ingetrokken`,
    pl: `nie dzwonic|nie dzwon|nie kontaktowac|nie telefonowac|nie przeszkadzac|zakaz dzwonienia|bez telefonu
      |wypisany|wypisana|zablokowany|zablokowana|sprzeciw|czarna lista|zgoda wycofana
      |brak zgody|bez zgody`,
    sv: `ring inte|ring ej|ej ringa|inte ringa|kontakta inte|kontakta ej|far ej ringas|ej telefon|nix|nix telefon
      |nixad|avregistrerad|avanmald|sparrad|sparr|blockerad|ring ikke|ma ikke ringes`,
    tr: `aramayin|aramayiniz|aranmasin|arama yapma|arama yapilmasin|aramak yok|iletisime gecme|rahatsiz etmeyin
      |abonelikten cikti|engelli liste|engellendi|kara liste|iptal listesi`,
    cs: `nevolat|nevolejte|nekontaktovat|netelefonovat|nerusit|zakaz volani|odhlasen|odhlasena|blokovano|cerna listina
      |bez souhlasu`,
  },
  permits: {
    en: `consent to call|can call|can be called|ok to call|okay to call|may call|may be called|may we call|allow call
      |allow calls|allow calling|allowed to call|calls allowed|call allowed|phone allowed|call permission
      |permission to call|callable|contactable|can contact|ok to contact|may contact|phone consent|call consent
      |calling consent|tcpa consent|express consent|voice consent|consent|consents|consented|opt in|opted in|optin
      |optedin|opt ins|phone opt in|call opt in|permission|marketing permission|gdpr permission
      |agrees to calls|agreed to calls|agrees to be called|agreed to be called|wants calls|wants to be called
      |accepts calls|call ok|phone ok`,
    de: `anruf erlaubt|anrufe erlaubt|darf angerufen werden|darf anrufen|telefon erlaubt|telefonerlaubnis|anruferlaubnis
      |einwilligung|werbeeinwilligung|telefoneinwilligung|zustimmung|erlaubnis|kontakterlaubnis|einverstanden
      |anrufen erlaubt|anrufen ok|werbung erlaubt`,
    fr: `peut appeler|peut etre appele|appel autorise|appels autorises|accord appel|accord telephone|consentement
      |accepte les appels|autorisation|optin telephone|accepte d etre appele`,
    es: `puede llamar|se puede llamar|llamadas permitidas|permite llamadas|acepta llamadas|consentimiento|autorizacion
      |permiso|permiso de llamada|autoriza llamadas`,
    it: `consenso|consenso telefono|consenso chiamate|consenso telefonico|si puo chiamare|puo essere chiamato
      |chiamate consentite|accetta chiamate|autorizzazione`,
    pt: `pode ligar|aceita chamadas|aceita ligacoes|chamadas permitidas|permite chamadas|consentimento|autorizacao
      |permissao|autoriza contato|autoriza contacto`,
    nl: `mag bellen|mag gebeld worden|bellen toegestaan|bellen mag|toestemming|toestemming bellen|akkoord bellen
      |telefonisch akkoord`,
    pl:
      'zgoda|zgoda na telefon|zgoda na kontakt|zgoda na dzwonienie|zgoda telefoniczna|mozna dzwonic|zgoda ' +
      'marketingowa',
    sv: `far ringas|far kontaktas|samtycke|medgivande|samtycker|tillater samtal|ok att ringa|ma ringes|samtykke`,
    tr: `aranabilir|arama izni|izin|iletisim izni|telefon izni|onay|arama onayi|riza|acik riza`,
    cs: `souhlas|souhlas s volanim|muzeme volat|lze volat|smi se volat`,
  },
};

function phrasesOf(kind: 'forbids' | 'permits'): readonly string[] {
  return LANGUAGES.flatMap((language) => PHRASES[kind][language].split('|').map((phrase) => phrase.trim()));
}

const FORBIDS = phrasesOf('forbids');
const PERMITS = phrasesOf('permits');

/** Letters of a phrase that is written as one word, amid other words: long enough to have one meaning. */
const LEAST_COMPACT = 7;

function hasPhrase(words: readonly string[], phrases: readonly string[]): boolean {
  const [spaced, joined] = [` ${words.join(' ')} `, words.join('')];
  return phrases.some((phrase) => {
    const compact = phrase.replaceAll(' ', '');
    if (spaced.includes(` ${phrase} `) || words.includes(compact) || joined === compact) return true;
    return compact.length >= LEAST_COMPACT && joined.includes(compact);
  });
}

/** Returns what a header says about calls; null for nothing. */
export function permissionKind(header: string): PermissionKind | null {
  const words = wordsOf(header);
  const has = (list: ReadonlySet<string>) => words.some((word) => list.has(word));
  if (has(NO_ANSWER) || (has(CHECKED) && has(TIMES))) return null;
  const isOfOthers = (has(OTHER_CHANNELS) || isEmailHeader(header)) && !has(CALLS) && !isOfCalls(words);
  if (hasPhrase(words, FORBIDS)) return isOfOthers ? 'other' : 'forbids';
  if (isOfOthers && hasPhrase(words, OTHERS_FORBIDDEN)) return 'other';
  if (deniesPermission(words)) return isOfOthers ? 'other' : 'forbids';
  if (hasPhrase(words, PERMITS) && !has(DETAILS)) return isOfOthers ? null : 'permits';
  return has(STATUS) && !isOfOthers ? 'status' : null;
}

const OTHERS_FORBIDDEN = ['do not email', 'do not mail', 'do not text', 'do not sms', 'do not fax', 'no email'];

/** True for a denied permission, so that yes means no call: `Do not allow phone calls`, `No consent`. */
function deniesPermission(words: readonly string[]): boolean {
  const has = (list: ReadonlySet<string>) => words.some((word) => list.has(word));
  const isOfSome = has(CALLS) || has(OTHER_CHANNELS) || isOfCalls(words);
  if (has(DETAILS) || has(DEMANDED)) return false;
  if (has(PROHIBITIONS) && isOfSome) return true;
  if (!words.some((_, index) => isNegation(words, index))) return false;
  return (has(ALLOW) && isOfSome) || hasPhrase(words, PERMITS);
}

/** True for a word that negates the others; not for the `no` of `yes/no`, `0 = no`, `no. of` and `Consent No.`. */
function isNegation(words: readonly string[], index: number): boolean {
  const [word, before = '', after] = [words[index]!, words[index - 1], words[index + 1]];
  if (word === 't') return before === 'can';
  if (!NEGATIONS.has(word) || CHOICES.has(before) || /^\d/.test(before)) return false;
  return word.length > 3 || (after !== undefined && after !== 'of' && after !== 'yes' && !/^\d/.test(after));
}

function isOfCalls(words: readonly string[]): boolean {
  return words.some((word) => CALL_ROOTS.some((root) => word.includes(root)));
}

function wordSet(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** Words of columns that every contact has, whether calls are forbidden or not. */
const NO_ANSWER = wordSet('link links url urls token hash template language locale count');

/** Words for a lookup of the number in a list, which says nothing about its result. */
const CHECKED = wordSet('check checked scrub scrubbed verified lookup screened');
const TIMES = wordSet('date at on time timestamp last datum');

/** Words about a consent that are not the consent. */
const DETAILS = wordSet(`source ip text version channel method type reason by id user form proof recording date at time
  timestamp on until expires expiry datum fecha quelle origen`);

const OTHER_CHANNELS = wordSet(`email emails e mail mails mailing newsletter sms text texts texting mms fax faxes post
  postal letter whatsapp push web cookie cookies courriel correo posta brief briefe`);

const CALLS =
  wordSet(`call calls calling called phone phones telephone telefon tel mobile voice anruf anrufe appel appels
  llamada llamadas chiamata chiamate ligacao ligacoes chamada chamadas bellen telefoon telefono telefone telefonu
  samtal arama`);

/** Parts of words about calls: `Telefonanrufe`, `angerufen`, `telefonate`. */
const CALL_ROOTS = `telefon telephon telefoon phone anruf angeruf appel llamad llamar chiamat ligac ligar bellen gebeld
  dzwoni rozmow volat volan hovor ringa aranm contacted kontaktiert`.split(/\s+/);

const NEGATIONS = wordSet(`not no non never cannot cant dont isnt don isn doesn won mustn shouldn without disallow
  disallowed disallows uncallable uncontactable unconsented nicht kein keine keinen keinerlei ohne ne pas sans nunca sin
  senza nao sem niet geen zonder nie brak bez ej inte ikke utan yok degil nelze nesmi nepovolit nepovolovat nesouhlas
  nesouhlasi`);

/** Words that forbid by themselves; not `refused` and `declined`, which are results of a call. */
const PROHIBITIONS =
  wordSet(`prohibited prohibit prohibits forbidden forbid forbids refuses restricted unwanted verboten
  unerwunscht untersagt interdit interdits refuse interdire prohibido prohibidas rechaza divieto vietato vietate rifiuta
  proibido proibidas recusa verboden weigert zabronione odmowa odmawia forbjuden forbjudet undanbedes yasak odmita`);

/** Words before the `no` of an answer: `yes/no`, `ja oder nein`. */
const CHOICES = wordSet('yes y oui sim or ou oder');

/** Words that say if a permission is required: `Consent (not required)`. */
const DEMANDED = wordSet('required mandatory needed necessary obligatory optional erforderlich notig requis');

const ALLOW =
  wordSet(`allow allowed allows allowing permit permitted permits accept accepted accepts agree agreed agrees
  can cannot cant may should be want wants wish wishes wunscht mochte desea quiere deseja quer vuole
  desidera wil wenst chce zyczy vill disallow disallowed disallows zulassen zugelassen erlauben erlaubt darf durfen
  erwunscht gewunscht autoriser autorise autorises autorisees peut souhaite permitir permite permitidas autoriza puede
  consentire consenti consentite puo pode toestaan toegestaan mag zezwalaj zezwalac zezwala mozna wolno tillat tillats
  tillatet far ma povolit nelze nesmi nepovolit nepovolovat`);

const STATUS = wordSet(`status disposition dispo disp outcome resultcode stage state statut estado stato stan durum
  ergebnis resultado`);

/** True for headers that forbid calls explicitly; a cell of a telephone column may do so too. */
export function forbidsInWords(text: string): boolean {
  return /\p{L}/u.test(text) && hasPhrase(wordsOf(text), FORBIDS);
}

import type { OptOutRules } from './language-rules.js';

const TO_ME = '(para/pra mim/ca | aqui | para este/esse numero)';
const REMOVE = 'tire/tirem/retire/retirem/remova/removam';

export const PT: OptOutRules = {
  wishes: [
    `nao me/nos ligue/liguem/ligues/telefone/telefonem/contate/contatem/contacte/contactem
      (mais | nunca mais | outra vez | de novo | novamente)`,
    `nao ligue/liguem/ligues (mais | nunca mais) [${TO_ME}]`,
    `nao ligue/liguem/ligues ${TO_ME} (mais | nunca mais | de novo | outra vez | novamente)`,
    'nao [me/nos] volte/voltem/voltes a (ligar [me] | me ligar | telefonar/contactar/contatar)',
    'nunca mais [me/nos] ligue/liguem/telefone/telefonem',
    'pare/parem/deixe/deixem de (me ligar | nos ligar | ligar [me] | me telefonar/incomodar | ligar para/pra mim)',
    `( me ${REMOVE}/exclua/excluam/apague/apaguem
      | ${REMOVE}/exclua/excluam/apague/apaguem (me | [o] meu numero/nome/telefone/contato/contacto) ) da/das/de/do
      [sua/suas/vossa/tua/seu/seus/vosso]
      ( lista de ligacoes/chamadas/contatos/contactos | sua/suas/vossa/tua lista/listas | cadastro | base de dados
      | banco de dados )`,
    `me ${REMOVE} da sua/vossa/tua lista`,
    `${REMOVE} (me | [o] meu numero/nome) da sua/vossa/tua lista`,
    'apague/apaguem/exclua/excluam [o] meu numero',
    `nao quero
      ( mais (receber ligacoes/chamadas/telefonemas | que [me] liguem) | receber mais ligacoes/chamadas/telefonemas
      | que me liguem mais | mais ligacoes/chamadas/telefonemas )`,
  ],
  endings: [
    'obrigado/obrigada/agora/ja/nunca/mais/senhor/senhora',
    'por favor | nunca mais | [se] faz favor | de voces',
    'eu/estou/porque/isso ...',
    'nao estou/tenho/quero/me ...',
    'e (nao | apague* | tire* | retire* | remova*) ...',
  ],
  reversals: ['nao/nunca/porque/se/quando/ate/sem/ele/ela/eles', 'por que'],
  asides: [
    '(nao estou | nao) interessado/interessada',
    'nao (tenho interesse | me interessa)',
    'nao obrigado/obrigada',
  ],
  later: [
    `(ligue/liguem/liga/ligar/telefone | me ligue) [...]
      ( amanha/depois/logo | mais tarde | hoje a tarde/noite | na segunda/terca/quarta/quinta/sexta/proxima
      | no sabado/domingo | daqui a _ | em _ hora/horas/dias/minutos | as _ )`,
  ],
};

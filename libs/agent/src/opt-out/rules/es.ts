import type { OptOutRules } from './language-rules.js';

const REGISTER = '(lista/listas/sistema/registros | base de datos)';

export const ES: OptOutRules = {
  wishes: [
    `no me/nos llame/llamen/llames/llameis/contacte/contacten/marque/marquen
      (mas | nunca mas | jamas | otra vez | de nuevo)`,
    `no [me/nos] vuelva/vuelvan/vuelvas/volvais a
      llamar/llamarme/llamarnos/contactar/contactarme/marcar/marcarme/molestar/molestarme`,
    'no llame/llamen/llames/llameis mas',
    'nunca mas [me/nos] (llame/llamen/llames | vuelva/vuelvan a llamar/llamarme)',
    'deje/dejen/deja/dejad/pare/paren de llamarme/llamarnos/llamar/molestarme/marcarme',
    `quiteme/quitenme/quitame/saqueme/saquenme/sacame/elimineme/eliminenme/borreme/borrenme/retireme/retirenme de
      (su/sus/tu/tus/vuestra ${REGISTER} | la lista de llamadas/telefonos) [de llamadas/telefonos/contactos]`,
    `elimine/eliminen/borre/borren/quite/quiten mi numero/telefono [de su/sus/tu ${REGISTER}]`,
    `no quiero/deseo
      ([recibir] mas llamadas | que me llame/llamen mas | que me vuelva/vuelvan a llamar
      | que vuelva/vuelvan a llamarme)`,
  ],
  endings: [
    'gracias/ya/nunca/jamas/mas/senor/senora',
    'por favor | ahora mismo | de una vez | nunca mas | de ustedes | de su parte',
    'yo/ya/estoy/es/porque ...',
    'no estoy/me/quiero/tengo ...',
    'y no/borre/elimine/quite/deje ...',
  ],
  reversals: ['no/nunca/porque/si/cuando/hasta/sin/el/ella/ellos', 'por que'],
  asides: ['[no] [estoy] no [estoy] interesado/interesada', 'no me interesa', 'no gracias'],
  later: [
    `llameme/llamenme/llamame/llame/llamen/llamar/llamarme/marqueme [...]
      ( manana/luego/despues | mas tarde | esta tarde/noche | el lunes/martes/miercoles/jueves/viernes/sabado/domingo
      | la proxima | en _ hora/horas/dias/minutos | a la/las _ )`,
  ],
};

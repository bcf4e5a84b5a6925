import type { OptOutRules } from './language-rules.js';

const NUMBER = '(this number | my phone/number/house/mobile/cell)';

export const EN: OptOutRules = {
  wishes: [
    `take/remove/get/delete (me/us | my [phone] number | my name | this number)
      (off [of] | from | out of) [of] [all] [of] your
      [call/calling/phone/contact/marketing/sales/dialing] list/lists/database/records/system`,
    `take/remove/get (me/us | my [phone] number | this number) (off [of] | from) the/this/that
      call/calling/phone/marketing/sales list`,
    `put/add (me/us | my [phone] number | this number) on/to [your/the] (do not | don't | no) call list/registry`,
    `stop/quit calling/phoning/ringing/harassing (me/us/here | ${NUMBER})`,
    'stop/quit calling',
    'stop [all] your/these/the [phone] calls',
    `(don't/dont | do not) [you] [ever] call/phone/ring/contact [me/us/here | this number | my phone/number/house]
      (again/anymore | any more | ever again)`,
    "(don't/dont | do not) [you] ever call/phone/ring/contact (me/us/here | this number)",
    {
      say: 'never [ever] call/phone/ring/contact (me/us/here | this number) [again/anymore | ever again]',
      notAfter: 'i/you/we/who/people/would/will',
    },
    `i (don't/dont | do not) want/wish (you to call/phone/contact me | to be called/contacted/phoned)
      (again/anymore | any more | ever again)`,
    "i (don't/dont | do not) want/wish [to get/receive] any more [phone] calls",
    'lose my/this number',
  ],
  endings: [
    'please/now/immediately/today/ever/again/anymore/thank/thanks/ok/okay/already/sir',
    'right now | ever again | any more | at once | for good | thank you | at all | from now on | from you',
    "ma'am",
    'because ... | or else/i ...',
    'this is ...',
    "i/i'm/i've/i'll/we/we're/you/you're/it's/it ...",
    "and (don't/never/stop/take/remove/delete/lose | do not) ...",
  ],
  reversals: ['not/never/dont/didnt/without/why/if/unless/when/until/he/she/they/nobody', "*n't", 'did you | have you'],
  asides: ["[i'm/we're | i am | we are] [really] not interested [at all]", 'no thank you | no thanks'],
  later: [
    `call/ring/phone/try/reach/contact {me/us/back/again}
      ( tomorrow/later/next/tonight/instead | another time | some other time | this afternoon/evening
      | in (a/an/the | #)
      | on monday/tuesday/wednesday/thursday/friday/saturday/sunday | at/after/around _ )`,
  ],
};

import { describe, expect, it } from 'vitest';
import { isForbidden, isForbiddingStatus, isNotPermitted, readAnswer } from './call-permission.js';

const YES = `true|TRUE|1|1.0|yes|Yes|Y|x|X|ja|J|oui|sí|si|S|sim|tak|evet|ano|✓|☑|checked|on|t|wahr|2024-05-01|01/05/2024
  |2024-05-01 10:00:00|2024-05-01T10:00:00Z|1.5.2024|"yes"| yes |Ja.`.split('|');
const NO = 'false|FALSE|0|0.0|no|No|N|nein|non|nee|nie|nej|hayır|ne|não|f|off|unchecked|☐|[ ]'.split('|');

describe('readAnswer', () => {
  it.each(YES)('the cell %j means yes', (text) => {
    expect([readAnswer(text), isForbidden(text), isNotPermitted(text, true)]).toEqual(['yes', true, false]);
  });

  it.each(NO)('the cell %j means no', (text) => {
    expect([readAnswer(text), isForbidden(text), isNotPermitted(text, false)]).toEqual(['no', false, true]);
  });

  it.each(['', ' ', '-', 'NULL', 'n/a', '\\N', '0000-00-00', '0000-00-00 00:00:00'])(
    'the cell %j means nothing',
    (text) => {
      expect([readAnswer(text), isForbidden(text)]).toEqual(['nothing', false]);
      expect([isNotPermitted(text, true), isNotPermitted(text, false)]).toEqual([true, false]);
    },
  );

  it.each(['maybe', 'before 9 only', '???', '1970-01-01', '2025550143x', '❌', 'x'.repeat(1_000)])(
    'the cell %j is unknown, so that the contact is not called',
    (text) => {
      expect([readAnswer(text), isForbidden(text), isNotPermitted(text, true)]).toEqual(['unknown', true, true]);
    },
  );

  it.each('Allow|Zulassen|Autoriser|Permitir|Consenti|Toestaan|Zezwalaj|Tillåt'.split('|'))(
    'the cell %j is a permission, and its negation is none',
    (text) => {
      const texts = [text, `Do Not ${text}`, `Nicht ${text}`];
      expect(texts.map(isForbidden)).toEqual([false, true, true]);
      expect(texts.map((one) => isNotPermitted(one, true))).toEqual([false, true, true]);
    },
  );

  it('answers in words are understood', () => {
    expect([isForbidden('Opted in'), isForbidden('Opted out'), isNotPermitted('Granted', true)]).toEqual([
      false,
      true,
      false,
    ]);
  });
});

describe('isForbiddingStatus', () => {
  it('a status forbids calls only if its words say so', () => {
    const texts = ['DNC', 'Do Not Call', 'unsubscribed', 'Opted Out', 'NEW', 'Completed', 'DC', '', null];
    expect(texts.map(isForbiddingStatus)).toEqual([true, true, true, true, false, false, false, false, false]);
  });
});

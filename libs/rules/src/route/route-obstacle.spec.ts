import { describe, expect, it } from 'vitest';
import { routeObstacles, type RouteLimits, type RouteTerms } from './route-obstacle.js';

const OWN: RouteTerms = {
  telephony_account_id: null,
  is_account_gone: false,
  is_account_unreadable: false,
  numbers: [],
  are_numbers_off: false,
  first_message: null,
};
const ACCOUNT: RouteTerms = { ...OWN, telephony_account_id: 'account', numbers: ['+442079460001'] };
const TALKS: RouteLimits = { mayShow: () => true, saysNothing: () => false };
const ANNOUNCES: RouteLimits = { ...TALKS, saysNothing: (firstMessage) => firstMessage === null };
const SHOWS_NONE: RouteLimits = { ...TALKS, mayShow: () => false };

describe('The obstacles of a route', () => {
  it.each<[string, RouteTerms, RouteLimits, string[]]>([
    ['nothing, over a line that asks for nothing', OWN, TALKS, []],
    ['nothing, over an account with a number', ACCOUNT, TALKS, []],
    ['a number that is not lent', { ...OWN, numbers: ['+442079460001'] }, SHOWS_NONE, ['caller_id_not_allowed']],
    ['an account without a number', { ...ACCOUNT, numbers: [] }, TALKS, ['caller_id_missing']],
    ['a pool that is switched off', { ...OWN, are_numbers_off: true }, TALKS, ['caller_ids_off']],
    ['the same of an account', { ...ACCOUNT, numbers: [], are_numbers_off: true }, TALKS, ['caller_ids_off']],
    ['silence', OWN, ANNOUNCES, ['first_message_missing']],
    ['silence over an account', ACCOUNT, ANNOUNCES, ['first_message_missing']],
    ['nothing, with something to say', { ...ACCOUNT, first_message: 'Hello.' }, ANNOUNCES, []],
    ['both', { ...ACCOUNT, numbers: [] }, ANNOUNCES, ['caller_id_missing', 'first_message_missing']],
    [
      'its credentials alone',
      { ...ACCOUNT, is_account_unreadable: true, numbers: [] },
      ANNOUNCES,
      ['telephony_account_unreadable'],
    ],
    ['its end alone', { ...ACCOUNT, is_account_gone: true, numbers: [] }, ANNOUNCES, ['telephony_account_gone']],
  ])('the obstacle is %s', (_what, terms, route, codes) => {
    expect(routeObstacles(terms, route).map(({ code }) => code)).toEqual(codes);
  });
});

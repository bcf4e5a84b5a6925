import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passwordProblem, type CommonPasswords } from './password.js';

const COMMON: CommonPasswords = new Map([
  ['password', 1],
  ['dragon', 9],
  ['password12', 5_714],
  ['football12', 24_960],
  ['unusual', 30_000],
]);

const problemOf = (password: string) => passwordProblem(password, COMMON);

describe('A password', () => {
  it.each([
    ['password12', /one of the 10,000 commonest passwords: choose another/],
    ['PassWord12', /10,000/],
    [' password12 ', /10,000/],
    ['ｐａｓｓｗｏｒｄ１２', /10,000/],
    ['football12', /one of the 50,000 commonest passwords: choose/],
    ['Dragon2024!', /10,000 .* with digits or signs behind it: choose/],
    ['password#1', /with digits or signs/],
    ['dragondragon', /repeated or/],
    ['1234567890', /row of keys/],
    ['7890123456', /row of keys/],
    ['0987654321', /row of keys/],
    ['abcdefghij', /row of keys/],
    ['QWERTZUIOP', /row of keys/],
    ['lkjhgfdsapo', /row of keys/],
    ['0000000000', /a few characters again and again/],
    ['abcabcabcabc', /a few characters again/],
    ['aaaaabbbbb', /a few characters again/],
  ])('the password %s is rejected with the reason and what to do', (password, problem) => {
    expect(problemOf(password)).toMatch(problem);
  });

  it.each([
    'correct horse battery',
    'unusual2024',
    'dragon-eats-tower',
    'password of my neighbour',
    'dragon102938',
    'Zürich liegt am See',
    '密码密码一二三四五六',
    'kX9#mQ2$vL',
  ])('the password %s is accepted', (password) => {
    expect(problemOf(password)).toBeNull();
  });

  it('a password is checked alike whatever it holds, and no further than 200 characters', () => {
    const texts = fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 300 }));
    fc.assert(
      fc.property(texts, (text) => {
        expect(problemOf(text)).toBe(problemOf(text.toUpperCase().toLowerCase()));
        expect(problemOf(`${'\ufdfa'.repeat(200)}${text}`)).toBe(problemOf('\ufdfa'.repeat(200)));
      }),
      { numRuns: 300 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KnownFields, missingFor, templateWarnings, unknownVariables, variablesIn } from './template-findings.js';

const NOBODY_YET = new KnownFields([], false);
const PLANS = new KnownFields(['plan', 'Order number', 'bill'], true);
const asPrompt = (system_prompt: string) => ({ system_prompt, first_message: null });
const codesOf = (text: string, known = PLANS) => templateWarnings(asPrompt(text), known).map(({ code }) => code);

describe('Variables of a text', () => {
  it('variables are listed once each, and whether one stands without a fallback', () => {
    const texts = { system_prompt: '{{a | x}} {{plan}} {{ a }} {{b|y}}', first_message: '{c}' };
    expect(variablesIn(texts)).toEqual([
      { name: 'a', isBare: true },
      { name: 'plan', isBare: true },
      { name: 'b', isBare: false },
      { name: 'c', isBare: true },
    ]);
  });

  it('a hundred variables are listed at most', () => {
    expect(variablesIn(asPrompt(Array.from({ length: 10_000 }, (_, n) => `{{v${n}}}`).join(' ')))).toHaveLength(100);
  });

  it('a variable without a value for a person is missing, with or without a fallback', () => {
    const ada = { phone_number: '+44', first_name: 'Ada', last_name: ' ', email: null, custom_fields: { plan: '' } };
    const texts = asPrompt('{{first_name}} {{last_name | you}} {{plan}} {{name}}');
    expect(missingFor(ada, texts)).toEqual(['last_name', 'plan']);
  });
});

describe('Warnings about a text', () => {
  it.each([
    ['{{first_name}} {{name}} {{full_name}} {{phone_number}} {{last_name}} {{email}} {{First name}}', []],
    ['{{plan}} {{custom_fields.plan}} {{Order number}} {{order_number}} {{bill.due}}', []],
    ['{{frist_name}}', ['unknown_variable']],
    ['{{custom_fields.other}}', ['unknown_variable']],
    ['{{other | x}}', ['unknown_variable']],
    ['{first_name} {{{plan}}} {{plan', ['malformed_variable', 'malformed_variable', 'malformed_variable']],
    ['{{ }} {% if %} }} {{', ['malformed_variable', 'malformed_variable', 'malformed_variable']],
    ['Answer {"a": {"b": 1}}', []],
    ['%first_name% [First Name] <plan> 5% of 10% [other]', ['not_a_variable', 'not_a_variable', 'not_a_variable']],
  ])('the text %j has the warnings %j', (text, codes) => {
    expect(codesOf(text)).toEqual(codes);
  });

  it('a warning names braces that a listener would not hear', () => {
    const texts = { system_prompt: 'x', first_message: 'Say {"a": 1}' };
    expect(templateWarnings(texts, PLANS)).toMatchObject([{ code: 'malformed_variable', field: 'first_message' }]);
  });

  it('explicitly named custom fields get no warning until there are contacts', () => {
    expect(codesOf('{{custom_fields.other}}', NOBODY_YET)).toEqual([]);
    expect(codesOf('{{other}}', NOBODY_YET)).toEqual(['unknown_variable']);
    expect(unknownVariables(asPrompt('{{other}} {{custom_fields.x}}'), NOBODY_YET)).toEqual(['other']);
  });

  it.each([
    ['frist_name', 'first_name'],
    ['firstname', 'first_name'],
    ['first_nme', 'first_name'],
    ['emails', 'email'],
    ['plam', 'plan'],
    ['order_numbr', 'order_number'],
  ])('a warning about %j suggests %j', (name, meant) => {
    const [warning] = templateWarnings(asPrompt(`{{${name}}}`), PLANS);
    expect(warning!.message).toContain(`did you mean {{${meant}}}`);
  });

  it('a hundred warnings are given at most, each of a readable length', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('{', '{{', '}}', '}', 'x', ' ', '[plan]'), maxLength: 300 }),
        (text) => {
          const warnings = templateWarnings(asPrompt(text.repeat(20)), PLANS);
          expect(warnings.length).toBeLessThanOrEqual(100);
          for (const { message } of warnings) expect(message.length).toBeLessThan(1_000);
        },
      ),
    );
  });
});

describe('Where the value of a variable stands', () => {
  it('the value of a variable is under its name, at its path, and under every name with its slug', () => {
    const known = new KnownFields(['Order number', 'order-number', 'x'], true);
    const pathsOf = (name: string) => known.placesOf(name).paths;
    expect(pathsOf('order_number')).toEqual([['order_number'], ['Order number'], ['order-number']]);
    expect(pathsOf('custom_fields.bill.due')).toEqual([['bill.due'], ['bill', 'due']]);
    expect(known.placesOf('Name')).toEqual({ columns: ['first_name', 'last_name'], paths: [['Name']] });
  });
});

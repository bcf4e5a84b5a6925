import { describe, expect, it } from 'vitest';
import { rendered, variablesIn } from './template.js';

const ADA = {
  phone_number: '+442079460123',
  first_name: 'Ada',
  last_name: null,
  email: null,
  custom_fields: { plan: 'basic', bill: { due: '2027-03-31', euros: 12.5 }, tags: ['a', 'b'] },
};

describe('A prompt', () => {
  it.each([
    ['Hello {{first_name}}!', 'Hello Ada!'],
    ['Hello {{ first_name }} {{last_name}}.', 'Hello Ada .'],
    [
      'Plan {{custom_fields.plan}}, {{custom_fields.bill.euros}} by {{custom_fields.bill.due}}',
      'Plan basic, 12.5 by 2027-03-31',
    ],
    ['{{custom_fields.tags}}', '["a","b"]'],
    ['{{custom_fields.constructor}}{{custom_fields.nothing.at.all}}', ''],
    ['{{now}} {{ user.name }} { {first_name} }', '{{now}} {{ user.name }} { {first_name} }'],
    ['$& {{first_name}} $1', '$& Ada $1'],
  ])('%j becomes %j', (text, expected) => {
    expect(rendered(text, ADA)).toBe(expected);
  });

  it('does not render what a person is called', () => {
    expect(rendered('{{first_name}}', { ...ADA, first_name: '{{email}}' })).toBe('{{email}}');
  });

  it('names its variables, each once', () => {
    expect(variablesIn('{{first_name}} {{custom_fields.plan}} {{ first_name }} {{other}}')).toEqual([
      'first_name',
      'custom_fields.plan',
    ]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldSlug } from './field-slug.js';
import { columnVariables } from './template-names.js';
import { rendered } from './template.js';

describe('The slug of a custom field', () => {
  it.each([
    ['Order number', 'order_number'],
    ['order_number', 'order_number'],
    ['  Order -- No. #1  ', 'order_no_1'],
    ['Größe', 'grosse'],
    ['GRÖSSE', 'grosse'],
    ['Gro\u0308ße', 'grosse'],
    ['Prénom', 'prenom'],
    ['İstanbul', 'istanbul'],
    ['Заказ №5', 'заказ_no5'],
    ['日付', '日付'],
    ['が', 'が'],
    ['हिन्दी', 'हिन्दी'],
    ['{{x}}', 'x'],
    ['€', ''],
    ['', ''],
    ['\ud800x', 'x'],
  ])('the slug of %j is %j', (name, slug) => {
    expect(fieldSlug(name)).toBe(slug);
  });

  it('a slug is its own slug, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const slug = fieldSlug(name);
        expect(fieldSlug(slug)).toBe(slug);
        expect(slug).not.toMatch(/[\s{}|]/);
      }),
    );
  });

  it('the slug of a very long name consists of its beginning', () => {
    expect(fieldSlug('\u0301\u0323'.repeat(500_000)).length).toBeLessThan(600);
  });
});

describe('The variables of columns', () => {
  it('the variables of columns are slugs, or full names if a slug is used, built in or empty', () => {
    const columns = ['Order number', 'Größe', 'A b', 'a-b', 'Name', '€', 'x|y', '|', 'a  b c'];
    expect(columnVariables(columns)).toEqual([
      { name: 'Order number', variable: 'order_number' },
      { name: 'Größe', variable: 'grosse' },
      { name: 'A b', variable: 'custom_fields.A b' },
      { name: 'a-b', variable: 'custom_fields.a-b' },
      { name: 'Name', variable: 'custom_fields.Name' },
      { name: '€', variable: 'custom_fields.€' },
      { name: 'x|y', variable: 'x_y' },
      { name: '|', variable: null },
      { name: 'a  b c', variable: 'a_b_c' },
    ]);
  });

  it('a variable says what stands in its own column and in no other', () => {
    const anyColumn = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('A b', 'a_b', 'a.b', 'Name', 'a'));
    fc.assert(
      fc.property(fc.uniqueArray(anyColumn, { maxLength: 8 }), (columns) => {
        const custom_fields = Object.fromEntries(columns.map((name, index) => [name, `value ${index}`]));
        const person = { phone_number: '', first_name: 'x', last_name: null, email: 'x', custom_fields };
        for (const [index, { variable }] of columnVariables(columns).entries()) {
          if (variable !== null) expect(rendered(`{{${variable}}}`, person, 'speech')).toBe(`value ${index}`);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

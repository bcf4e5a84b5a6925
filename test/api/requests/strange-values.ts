/** Times that look like times: of years, offsets, days and fractions that no clock or no database has. */
export const STRANGE_TIMES = [
  '0000-01-01T00:00:00Z',
  '0000-02-29',
  '0001-01-01T00:00:00+15:59',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59-15:59',
  '9999-12-31T23:59:59.999999Z',
  '2027-01-01T00:00:00+16:00',
  '2027-01-01T00:00:00-16:00',
  '2027-01-01T00:00:00+23:59',
  '2027-01-01T00:00:00+15:60',
  '2027-02-29T00:00:00Z',
  '2027-12-31T23:59:60Z',
  '2027-01-01T24:00:00Z',
  '2027-01-01T00:00:00.1234567Z',
  '2027-01-01t00:00:00z',
  '2027-01-01 00:00:00Z',
  '2027-01-01',
  '-0001-01-01T00:00:00Z',
  '+012027-01-01T00:00:00Z',
  '99999-01-01T00:00:00Z',
  '1600-01-01T00:00:00Z',
  'infinity',
  '-infinity',
  'now',
  'epoch',
  '0',
];

export const STRANGE_TEXTS = [
  '\0',
  'a\0b',
  '\uD800',
  'a\uDFFFb',
  '\uFFFE\uFFFF',
  '\u202Egnp.exe',
  '\u0000\u0001\u001B[2J',
  ' ',
  '\u00A0',
  '😀'.repeat(100),
  'é'.repeat(254),
  '%',
  '\\',
  "'; SELECT 1; --",
  '{{',
  '{{first_name | }}',
  '${jndi:x}',
  '../../etc/passwd',
  '+' + '9'.repeat(98),
  '٠١٢٣٤٥٦٧٨٩',
  'infinity',
  'NaN',
  '[]',
  '{"phone_number":"a\\u0000b"}',
  '{"phone_number":"\\ud800"}',
  '{"phone_number":["\\u0000"]}',
  '{"__proto__":"x"}',
  'x'.repeat(100_000),
];

export const STRANGE_NUMBERS = [0, -0, -1, 2 ** 31, -(2 ** 31), 2 ** 53 - 1, -(2 ** 53), 1e15, 1e-300, 1e300, 0.1];

export const STRANGE_OBJECTS: readonly object[] = [
  {},
  { a: '\0' },
  { '\0': 'a' },
  { 'a\uD800': 1 },
  { a: '\uDC00' },
  { a: 1e300, b: -0, c: 5e-324 },
  { ['x'.repeat(10_000)]: 1 },
  { '': { '': { '': [] } } },
  { constructor: 'x', toString: null },
  Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`f${n}`, n])),
  { a: 'x'.repeat(20_000) },
];

/** Escapes of a query or a path that are no text, or one that no column can store. */
export const STRANGE_ESCAPES = [
  '%00',
  'a%00b',
  '%ED%A0%80',
  '%ff',
  '%C0%AF',
  '%EF%BF%BE',
  '%F0%9F%98%80',
  '%',
  '%u0000',
  '%7B%22phone_number%22%3A%22%5Cu0000%22%7D',
  '%7B%22phone_number%22%3A%5B%22%5Cud800%22%5D%7D',
  '%7B%22__proto__%22%3A%22x%22%7D',
  '9'.repeat(400),
  '1e400',
  '-1',
  '2147483648',
  '9223372036854775808',
];

/** Positions in lists that have the right form. */
export const STRANGE_CURSORS = ['-created_at', 'created_at', 'phone_number', '-phone_number'].flatMap((order) =>
  [
    '0000-01-01 00:00:00+00',
    '0001-01-01 00:00:00+00',
    '9999-12-31 23:59:59.999999+00',
    '2027-02-30 00:00:00+00',
    '2027-01-01 24:00:00+00',
    '2027-01-01 00:00:00.000000+00',
    '+999999999999999',
    '\0',
    '\uD800',
  ].map((key) =>
    Buffer.from(JSON.stringify([order, key, '00000000-0000-0000-0000-000000000000'])).toString('base64url'),
  ),
);

/** Addresses as X-Forwarded-For may name them. */
export const STRANGE_ADDRESSES = [
  '203.0.113.7',
  'x'.repeat(60),
  `fe80::1%${'e'.repeat(60)}`,
  '2001:db8::1, 198.51.100.2',
  'unknown',
  '"[2001:db8::1]:4711"',
  ', , ,',
  '1.2.3.4:99999',
];

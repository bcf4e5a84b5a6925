import type { RandomNumbers } from '#rules/values/seeded-random.js';
import { exampleOf, pathWith, type Operation, type Schema } from './operations.js';

/** A request that breaks what the OpenAPI document says, in one way. */
export interface BadRequest {
  readonly operation: Operation;
  /** Description of the fault, for a person who examines a failure. */
  readonly how: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody?: string;
}

type Draw = <T>(values: readonly T[]) => T;
/** Null: this operation cannot be broken like this. */
type Break = (operation: Operation, good: BadRequest, draw: Draw) => Partial<BadRequest> | null;

const UNKNOWN_METHODS = ['PUT', 'TRACE', 'PROPFIND'];

/** The `n`-th bad request of a seed. */
export function drawBadRequest(
  operations: readonly Operation[],
  ids: Readonly<Record<string, string>>,
  random: RandomNumbers,
): BadRequest {
  const draw: Draw = (values) => values[Math.floor(random() * values.length)]!;
  for (;;) {
    const operation = draw(operations);
    const [how, breakIt] = draw(Object.entries(BREAKS));
    const good = goodRequest(operation, ids);
    const changes = breakIt(operation, good, draw);
    if (changes) return { ...good, how, ...changes };
  }
}

function goodRequest(operation: Operation, ids: Readonly<Record<string, string>>): BadRequest {
  const { bodySchema, acceptsFile, method } = operation;
  return {
    operation,
    how: '',
    method,
    path: pathWith(operation, ids),
    headers: bodySchema ? { 'content-type': 'application/json' } : acceptsFile ? { 'content-type': 'text/csv' } : {},
    ...(bodySchema && { rawBody: JSON.stringify(exampleOf(bodySchema)) }),
    ...(acceptsFile && { rawBody: 'phone_number\n+442079460001\n' }),
  };
}

const BAD_VALUES = ['x', '-1', '1e400', '0x10', '%00', '1.5', '[]', '99999999999999999999'];

const BREAKS: Readonly<Record<string, Break>> = {
  'an unknown field': (operation, _good, draw) =>
    withBody(operation, (body) => ({
      ...body,
      [draw(['tenant_id', 'id', 'is_admin', 'constructor', 'x'.repeat(300)])]: 'x',
    })),
  'a field of another type': (operation, _good, draw) =>
    changeField(operation, draw, (schema) => draw(otherTypes(schema))),
  'a field that is too long': (operation, _good, draw) =>
    changeField(operation, draw, ({ type, maxLength, items }) => {
      if (type === 'string') return 'x'.repeat((maxLength ?? 100_000) + 1);
      return type === 'array' ? Array.from({ length: 10_001 }, () => (items ? exampleOf(items) : 'x')) : undefined;
    }),
  'a number out of range': (operation, _good, draw) =>
    changeField(operation, draw, ({ type }) =>
      isNumber(type) ? draw([-1e308, 1e308, -1, 2 ** 53, 0.123456789]) : undefined,
    ),
  'a character that cannot be stored': (operation, _good, draw) =>
    changeField(operation, draw, ({ type }) => (type === 'string' ? draw(['a\0b', 'a\uD800b', '\uDFFF']) : undefined)),
  'a required field that is missing': (operation, _good, draw) => {
    const { required = [] } = operation.bodySchema ?? {};
    if (required.length === 0) return null;
    const name = draw(required);
    return withBody(operation, (body) => Object.fromEntries(Object.entries(body).filter(([key]) => key !== name)));
  },
  'a body that is no object': ({ bodySchema }, _good, draw) =>
    bodySchema && { rawBody: draw(['[]', '"x"', '1', 'true', '[[]]', '[{}]']) },
  'a body that is no JSON': ({ bodySchema }, { rawBody = '' }, draw) =>
    bodySchema && {
      rawBody: draw([
        rawBody.slice(0, -1),
        `${rawBody}}`,
        '{',
        '{"a":NaN}',
        "{'a':1}",
        '\uFEFF{',
        '\0',
        `{"a":${'9'.repeat(99)}`,
      ]),
    },
  'a body that would poison a prototype': ({ bodySchema }, _good, draw) =>
    bodySchema && {
      rawBody: draw(['{"__proto__":{"role":"admin"}}', '{"constructor":{"prototype":{"role":"admin"}}}']),
    },
  'a body that is nested deep': ({ bodySchema }, _good, draw) => {
    const depth = draw([25, 1_000, 20_000]);
    return bodySchema && { rawBody: `{"name":${'['.repeat(depth)}${']'.repeat(depth)}}` };
  },
  'a body of many fields': ({ bodySchema }) =>
    bodySchema && {
      rawBody: JSON.stringify(Object.fromEntries(Array.from({ length: 1_500 }, (_, n) => [`f${n}`, n]))),
    },
  'a body of another kind': ({ bodySchema, acceptsFile }, _good, draw) => {
    const wrong = ['application/xml', 'nonsense', 'multipart/form-data', bodySchema ? 'text/csv' : 'application/json'];
    return bodySchema || acceptsFile ? { headers: { 'content-type': draw(wrong) } } : null;
  },
  'an id that is none': ({ path, pathParameters }, _good, draw) => {
    if (pathParameters.length === 0) return null;
    const name = draw(pathParameters);
    const bad = draw([
      'x',
      '0',
      '%00',
      '%ff',
      '..',
      '%2e%2e',
      "' OR 1=1 --",
      'x'.repeat(3_000),
      '%F0%9F%93%9E',
      '{}',
      'null',
      '-1',
      `${crypto.randomUUID()}x`,
    ]);
    return {
      path: path.replace(`{${name}}`, encodeURI(bad).replaceAll('%25', '%')).replace(/\{\w+\}/g, crypto.randomUUID()),
    };
  },
  'an id of nothing': ({ path, pathParameters }) =>
    pathParameters.some((name) => name.endsWith('_id'))
      ? { path: path.replace(/\{\w+\}/g, () => crypto.randomUUID()) }
      : null,
  'a query of another type': ({ queryParameters }, { path }, draw) => {
    const choices = queryParameters.filter(({ schema }) => schema.enum ?? isNumber(schema.type));
    if (choices.length === 0) return null;
    return {
      path: `${path}?${draw(choices).name}=${draw(BAD_VALUES)}`,
    };
  },
  'a query twice': ({ queryParameters }, { path }, draw) => {
    if (queryParameters.length === 0) return null;
    const { name, schema } = draw(queryParameters);
    const value = encodeURIComponent(asText(schema.enum?.[0] ?? exampleOf(schema) ?? 1));
    return { path: `${path}?${name}=${value}&${name}=${value}` };
  },
  'an unknown query': ({ queryParameters }, { path }, draw) =>
    queryParameters.length === 0
      ? null
      : { path: `${path}?${draw(['tenant_id', 'limit', '__proto__', 'a[b]', '%00'])}=1` },
  'another method': (_operation, _good, draw) => ({ method: draw(UNKNOWN_METHODS) }),
  // A number may be written with almost anything around it.
  'a path that is none': ({ pathParameters }, { path }, draw) =>
    pathParameters.includes('phone_number')
      ? null
      : { path: path + draw(['/x', '/../x', '%2f', '/%c0%af', ';', '/%00']) },
};

function withBody(
  { bodySchema }: Operation,
  change: (body: Record<string, unknown>) => Record<string, unknown>,
): Partial<BadRequest> | null {
  if (!bodySchema) return null;
  return { rawBody: JSON.stringify(change(exampleOf(bodySchema) as Record<string, unknown>)) };
}

/** `newValue` undefined: a field of this kind has none. */
function changeField(
  operation: Operation,
  draw: Draw,
  newValue: (schema: Schema) => unknown,
): Partial<BadRequest> | null {
  const fields = Object.entries(operation.bodySchema?.properties ?? {});
  const choices = fields
    .map(([name, schema]) => [name, newValue(schema)] as const)
    .filter(([, value]) => value !== undefined);
  if (choices.length === 0) return null;
  const [name, value] = draw(choices);
  return withBody(operation, (body) => ({ ...body, [name]: value }));
}

function otherTypes({ type }: Schema): unknown[] {
  const values: Readonly<Record<string, unknown>> = {
    string: 'x',
    number: 12.5,
    boolean: true,
    array: [[{}]],
    object: { a: { b: [] } },
  };
  const own = isNumber(type) ? 'number' : (type ?? '');
  return own in values
    ? Object.keys(values)
        .filter((name) => name !== own)
        .map((name) => values[name])
    : [undefined];
}

function isNumber(type: string | undefined): boolean {
  return type === 'number' || type === 'integer';
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

import type { OpenAPIObject } from '@nestjs/swagger';
import { STATUS_CODES } from 'node:http';
import { operationsOf, pascalCase, type Operation, type Response } from './operations.js';

const PROBLEM = 'application/problem+json';

const HEADERS = {
  'X-Request-Id': { description: 'Of this request; also in the log. Send your own to find it there.', type: 'string' },
  RateLimit: { description: 'What is left: `"default";r=<requests>;t=<seconds until all are back>`.', type: 'string' },
  'RateLimit-Policy': { description: 'What is allowed: `"default";q=<requests>;w=<seconds>`.', type: 'string' },
  'Retry-After': { description: 'Seconds to wait.', type: 'integer' },
  'WWW-Authenticate': { description: 'Always `Bearer`.', type: 'string' },
} as const;
type HeaderName = keyof typeof HEADERS;

const OF_STATUS: Readonly<Record<string, readonly HeaderName[]>> = {
  401: ['WWW-Authenticate'],
  429: ['Retry-After', 'RateLimit', 'RateLimit-Policy'],
  503: ['Retry-After'],
  default: ['X-Request-Id', 'Retry-After', 'RateLimit', 'RateLimit-Policy'],
};
const TITLES: Readonly<Record<string, string | undefined>> = { ...STATUS_CODES, default: 'Problem' };

/** Codes that some operations may answer with one status. */
interface Kind {
  readonly status: string;
  readonly codes: readonly string[];
  readonly response: Response;
  readonly operations: string[];
}

/** Writes each error and repeated answer once, as a response that operations refer to, with its headers. */
export function shareResponses(document: OpenAPIObject): void {
  const operations = operationsOf(document);
  const kinds = kindsOf(operations);
  const names = namesOf([...kinds.values()]);
  for (const operation of operations)
    refer(operation, (status, response) => names.get(kinds.get(keyOf(status, response))!)!);
  document.components = {
    ...document.components,
    headers: Object.fromEntries(
      Object.entries(HEADERS).map(([name, { description, type }]) => [name, { description, schema: { type } }]),
    ),
    responses: {
      ...Object.fromEntries([...names].map(([kind, name]) => [name, sharedResponse(kind)])),
      ...shareAnswers(operations),
    },
  };
}

function kindsOf(operations: readonly Operation[]): Map<string, Kind> {
  const kinds = new Map<string, Kind>();
  for (const { operationId = '', responses } of operations) {
    for (const [status, response] of problemsOf(responses)) {
      const key = keyOf(status, response);
      const codes = codesIn(response);
      if (!kinds.has(key)) kinds.set(key, { status, codes, response, operations: [] });
      kinds.get(key)!.operations.push(operationId);
    }
  }
  return kinds;
}

function problemsOf(responses: Operation['responses']): [status: string, response: Response][] {
  return Object.entries(responses).filter(
    (entry): entry is [string, Response] => 'description' in entry[1]! && PROBLEM in (entry[1].content ?? {}),
  );
}

function codesIn({ content }: Response): string[] {
  return Object.keys(content?.[PROBLEM]?.examples ?? {});
}

function keyOf(status: string, response: Response): string {
  return `${status} ${codesIn(response).join(' ')}`;
}

/**
 * Names the kinds of responses. A kind with one code bears the name of that code. The most usual other kind of a status
 * bears the status' title, the rest their title and an operation.
 */
function namesOf(kinds: readonly Kind[]): Map<Kind, string> {
  const several = kinds.filter(({ codes }) => codes.length > 1);
  const usual = new Set<Kind>();
  for (const { status } of several) {
    const same = several.filter((kind) => kind.status === status);
    usual.add(same.reduce((most, kind) => (kind.operations.length > most.operations.length ? kind : most)));
  }
  return new Map(kinds.map((kind) => [kind, nameOf(kind, usual.has(kind))]));
}

function nameOf({ status, codes, operations }: Kind, isUsual: boolean): string {
  if (codes.length === 1) return pascalCase(codes[0]!);
  const title = pascalCase(TITLES[status] ?? status);
  return isUsual ? title : `${title}On${pascalCase(operations[0]!)}`;
}

function sharedResponse({ status, response }: Kind): Response {
  const { schema } = response.content![PROBLEM]!;
  return {
    description: response.description,
    ...(OF_STATUS[status] && { headers: headersOf(OF_STATUS[status]) }),
    content: { [PROBLEM]: { schema } },
  };
}

function refer({ responses }: Operation, nameOfKind: (status: string, response: Response) => string): void {
  for (const [status, response] of problemsOf(responses)) {
    responses[status] = { $ref: `#/components/responses/${nameOfKind(status, response)}` };
  }
  if (!('default' in responses)) return;
  for (const [status, response] of Object.entries(responses)) {
    if (!status.startsWith('2') || !response || '$ref' in response) continue;
    response.headers = { ...response.headers, ...headersOf(['RateLimit']) };
  }
}

/** Writes answers of success that are the same in several operations once. */
function shareAnswers(operations: readonly Operation[]): Record<string, Response> {
  const answers = operations.flatMap(({ responses }) =>
    Object.entries(responses).flatMap(([status, response]) =>
      status.startsWith('2') && response && 'description' in response ? [{ status, response, responses }] : [],
    ),
  );
  const shared: Record<string, Response> = {};
  for (const { status, response, responses } of answers) {
    const text = JSON.stringify(response);
    if (answers.filter((other) => JSON.stringify(other.response) === text).length === 1) continue;
    const name = answerName(status, response);
    shared[name] = response;
    responses[status] = { $ref: `#/components/responses/${name}` };
  }
  return shared;
}

function answerName(status: string, { content = {} }: Response): string {
  const [[type, { schema }] = ['', {}]] = Object.entries(content);
  const body = schema && '$ref' in schema ? schema.$ref.split('/').at(-1)! : pascalCase(type);
  return `${pascalCase(TITLES[status] ?? status)}${body}`;
}

function headersOf(names: readonly HeaderName[]): NonNullable<Response['headers']> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

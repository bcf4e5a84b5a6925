import { readFileSync } from 'node:fs';

interface Response {
  readonly $ref?: string;
  readonly description?: string;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Record<string, Response> }>>>>;
  readonly components: { readonly responses: Readonly<Record<string, Response>> };
}

const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as Document;

/** Operations by method, each with a pattern of its path: paths without parameters come first. */
const operations = Object.entries(document.paths)
  .toSorted(([a], [b]) => parametersIn(a) - parametersIn(b))
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => ({
      method: method.toUpperCase(),
      pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
      responses,
    })),
  );

function parametersIn(path: string): number {
  return path.split('{').length;
}

/**
 * Problems of no operation: of requests that the router gives to none, and of the first request of a Supabase user
 * whose email is another's, whichever that is.
 */
const OF_NO_OPERATION = ['malformed_request', 'route_not_found', 'email_taken'];

/**
 * Explains why a problem is none that the OpenAPI document has for the operation; null if it has it, or if the answer
 * is no problem of a documented operation.
 */
export function undocumentedProblem(
  request: { readonly method: string; readonly path: string },
  answer: { readonly status: number; readonly body: unknown },
): string | null {
  const { code } = (answer.body ?? {}) as { code?: unknown };
  if (answer.status < 400 || typeof code !== 'string' || OF_NO_OPERATION.includes(code)) return null;
  const operation = operations.find(({ method, pattern }) => method === request.method && pattern.test(request.path));
  if (operation === undefined) return null;
  const response = operation.responses[answer.status] ?? operation.responses['default'];
  const name = response?.$ref?.split('/').at(-1);
  const described = name === undefined ? response : document.components.responses[name];
  const codes = [...(described?.description ?? '').matchAll(/`(\w+)`/g)].map(([, each]) => each);
  if (codes.includes(code)) return null;
  const documented = codes.join(', ') || 'none';
  return `${request.method} ${request.path} answered ${answer.status} ${code}; documented are ${documented}`;
}

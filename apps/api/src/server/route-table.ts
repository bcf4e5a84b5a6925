import type { FastifyInstance } from 'fastify';

const PREFIX = '/api/v1';
const LONGEST_SHOWN = 200;

/** Routes at or near a path where a request found nothing. */
export interface Nearby {
  /** Methods of this path; empty if it has no route. */
  readonly methods: readonly string[];
  /** Path with the missing prefix, if it has a route. */
  readonly meant: string | null;
}

/** Lists the server's routes, to suggest one to a client whose path has none. */
export class RouteTable {
  private readonly methods = new Map<string, Set<string>>();

  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ url, method }) => {
      const known = this.methods.get(url) ?? new Set<string>();
      for (const one of [method].flat()) known.add(one);
      this.methods.set(url, known);
    });
  }

  near(url: string): Nearby {
    const path = url.split('?', 1)[0]!;
    const isWithPrefix = path.startsWith('/api/');
    const isMeant = !isWithPrefix && this.methodsAt(PREFIX + path).length > 0;
    return {
      methods: this.methodsAt(path),
      meant: isMeant ? (PREFIX + path).slice(0, LONGEST_SHOWN).toWellFormed() : null,
    };
  }

  private methodsAt(path: string): string[] {
    const steps = stepsOf(path);
    const fitting = [...this.methods].filter(([pattern]) => fits(stepsOf(pattern), steps));
    return [...new Set(fitting.flatMap(([, methods]) => [...methods]))].sort();
  }
}

function stepsOf(path: string): string[] {
  const steps = path.split('/');
  return steps.length > 2 && steps.at(-1) === '' ? steps.slice(0, -1) : steps;
}

/** True if a route fits the path. A route with a wildcard is never suggested. */
function fits(pattern: readonly string[], steps: readonly string[]): boolean {
  if (pattern.length !== steps.length || pattern.includes('*')) return false;
  return pattern.every((step, n) => (step.startsWith(':') ? steps[n] !== '' : step === steps[n]));
}

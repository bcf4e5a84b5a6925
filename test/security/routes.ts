import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** `METHOD /path` of everything that the router knows, parameters as `:`. */
export function routesOf(app: NestFastifyApplication): string[] {
  const lines = app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false }).split('\n');
  const parents: string[] = [];
  return lines.flatMap((line) => {
    const [, indent = '', segment = '', methods = ''] =
      /^([│ ]*(?:├──|└──) )(.*?)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
    if (segment === '') return [];
    const depth = indent.length / 4;
    parents.splice(depth - 1, Infinity, segment);
    const path = parents.join('').replace(/:\w+/g, ':');
    return methods === '' ? [] : methods.split(', ').map((method) => `${method} ${path}`);
  });
}

/** Opened by a provider's signature alone: test/telephony/provider-webhooks.test.ts. */
export const PROVIDERS_DOOR = 'POST /api/v1/telephony/:/callbacks/:';

import { relative } from 'node:path';
import type { Registration } from '#config/registration-config.js';
import type { RunningSystem } from './local-system.js';

/** Draws a box with all addresses. */
export function banner(system: RunningSystem): string {
  const rows = Object.entries(facts(system));
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  return box(['Outdial is running', '', ...lines, '', 'Ctrl-C stops everything.']);
}

function facts({ apiUrl, origin, config, logFile }: RunningSystem): Record<string, string> {
  return {
    API: apiUrl,
    'Swagger UI': `${origin}/docs`,
    OpenAPI: `${origin}/openapi.json`,
    Database: config.databaseUrl === null ? 'PostgreSQL, embedded' : 'PostgreSQL at DATABASE_URL',
    Queue: config.redisUrl === null ? 'BullMQ on PostgreSQL' : 'BullMQ on Redis',
    Telephony: config.telephony.provider,
    Accounts: FIRST_ACCOUNT[config.registration],
    Data: fromHere(config.dataDir),
    Log: fromHere(logFile),
  };
}

/** Ways to the first account, for each setting of registration. */
const FIRST_ACCOUNT: Readonly<Record<Registration, string>> = {
  open: 'POST /auth/register is open to everybody who reaches the API',
  first: 'the first one wants a token: npm run ops -- setup-token',
  closed: 'registration is closed: npm run ops -- tenant create --email you@example.com',
};

function box(lines: readonly string[]): string {
  const width = Math.max(...lines.map((line) => line.length));
  const edge = '─'.repeat(width + 2);
  return [`┌${edge}┐`, ...lines.map((line) => `│ ${line.padEnd(width)} │`), `└${edge}┘`].join('\n');
}

/** Returns a path relative to the working directory if it lies below. */
function fromHere(path: string): string {
  const short = relative('', path);
  return short === '' || short.startsWith('..') ? path : short;
}

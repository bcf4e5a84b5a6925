import { parseArgs } from 'node:util';
import { readSmoke, SMOKE_PROVIDERS, type SmokeProvider, type SmokeSettings } from '#config/smoke-config.js';
import { maskedNumber } from '#rules/phone-number/masked-number.js';
import { checkCall } from './check-call.js';
import { checksOf } from './checks.js';
import { Checklist } from './checklist.js';
import { discreetly } from './discreet-print.js';
import type { SmokeSurroundings } from './smoke-run.js';

const EXIT_FAILURE = 1;
const EXIT_NOTHING_SENT = 2;

/**
 * Runs `npm run smoke:<provider> [-- --yes]`: one real call with the adapter of production.
 * @returns the exit code: 0, 1 if a check failed, 2 if nothing was sent.
 */
export async function runSmoke(argv: readonly string[], surroundings: SmokeSurroundings): Promise<number> {
  const order = readOrder(argv);
  if (order === null) {
    surroundings.complain(`Say which provider, ${SMOKE_PROVIDERS.join(' or ')}, and nothing else but --yes.`);
    return EXIT_NOTHING_SENT;
  }
  const settings = readSmoke(surroundings.environment, order.provider);
  if (settings.kind === 'complete') return runComplete(order, settings, surroundings);
  for (const problem of settings.problems) surroundings.print(`✗ settings: ${problem}`);
  surroundings.print(`\nNothing was sent. ${WHERE_SETTINGS_ARE}\n${howToGoOn(order.provider)}`);
  return EXIT_NOTHING_SENT;
}

async function runComplete(
  { provider, isConfirmed }: Order,
  settings: SmokeSettings,
  surroundings: SmokeSurroundings,
): Promise<number> {
  const print = discreetly(surroundings.print, settings);
  const checklist = new Checklist(checksOf(provider), print);
  checklist.judge('settings', { mark: '✓', seen: `complete for ${provider}` });
  const { to } = settings;
  if (to === null || !isConfirmed) {
    print(whatItWouldDo(provider, settings));
    return EXIT_NOTHING_SENT;
  }
  if (provider === 'twilio') checklist.judge('conversation', { mark: '–', seen: NO_CONVERSATION });
  const wasSent = await checkCall({ ...surroundings, provider, settings: { ...settings, to }, checklist });
  checklist.close();
  if (!wasSent) return EXIT_NOTHING_SENT;
  return checklist.hasFailed ? EXIT_FAILURE : 0;
}

interface Order {
  readonly provider: SmokeProvider;
  readonly isConfirmed: boolean;
}

function readOrder(argv: readonly string[]): Order | null {
  try {
    const options = { yes: { type: 'boolean' } } as const;
    const { positionals, values } = parseArgs({ args: [...argv], options, allowPositionals: true });
    const provider = SMOKE_PROVIDERS.find((one) => one === positionals[0]);
    return provider && positionals.length === 1 ? { provider, isConfirmed: values.yes === true } : null;
  } catch {
    return null;
  }
}

function whatItWouldDo(provider: SmokeProvider, { to, config }: SmokeSettings): string {
  const number = to === null ? 'the number in SMOKE_TO, which is not set' : maskedNumber(to);
  return [
    '',
    `Nothing was sent. With --yes this places one real call that rings and is charged, over ${provider}, to ${number},`,
    `and accepts its webhooks on ${config.host}:${config.port}, where ${config.publicUrl} has to lead; the api ` +
      'must not run there meanwhile.',
    ...(provider === 'twilio' ? [`It says one sentence and ends: ${NO_CONVERSATION}.`] : []),
    howToGoOn(provider),
  ].join('\n');
}

const WHERE_SETTINGS_ARE = 'Settings come from the environment and from .env; .env.example describes them.';

const NO_CONVERSATION = 'a conversation needs the api, and is no part of this check';

function howToGoOn(provider: SmokeProvider): string {
  return `To go on, with your own phone: SMOKE_TO=<its number in E.164> npm run smoke:${provider} -- --yes`;
}

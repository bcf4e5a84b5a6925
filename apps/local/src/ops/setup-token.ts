import { digest } from '#config/secrets.js';
import { newSetupToken, readSetupToken, replaceSetupToken } from '#config/setup-token-file.js';
import { exchangeSetupToken, readSetup } from '#database/statements/access/setup-token.js';
import { refusePositionals } from './account-words.js';
import { done, refused, type OpsCommand, type OpsReport } from './ops-command.js';
import type { OpsContext } from './ops-context.js';

export const SETUP_TOKEN: OpsCommand = {
  name: 'setup-token',
  usage: '[--new]',
  summary:
    'Prints what the first person has to know who registers (REGISTRATION=first); makes it where it is not kept.',
  options: { new: { type: 'boolean' } },
  prepare(given) {
    refusePositionals(given, 'setup-token');
    return (context) => show(context, given.flags.has('new'));
  },
};

async function show(context: OpsContext, isNewWanted: boolean): Promise<OpsReport> {
  const { is_set_up } = await readSetup(context.database);
  if (is_set_up) return refused(...OVER);
  const kept = isNewWanted ? null : await keptThatCounts(context);
  if (kept !== null) return done(...describe(kept, context), 'It is kept in OUTDIAL_DATA_DIR/setup-token.');
  const token = newSetupToken();
  if (!(await exchangeSetupToken(context.database, digest(token)))) return refused(...OVER);
  const isKept = await replaceSetupToken(context.site.dataDir, token).then(
    () => true,
    () => false,
  );
  return done(...describe(token, context), isKept ? 'It is kept in OUTDIAL_DATA_DIR/setup-token.' : NOT_KEPT);
}

const OVER = [
  'There is a tenant: nobody registers with a setup token any more.',
  'For another one: npm run ops -- tenant create --email you@example.com',
] as const;

const NOT_KEPT = 'It could not be kept in OUTDIAL_DATA_DIR: to ask again makes another one, and this one worthless.';

/**
 * Reads the setup token of this database. A file that is unreadable, or belongs to another database, counts as missing.
 */
async function keptThatCounts({ database, site }: OpsContext): Promise<string | null> {
  const kept = await readSetupToken(site.dataDir).catch(() => null);
  const { token_hash: known } = await readSetup(database);
  return kept !== null && known?.equals(digest(kept)) ? kept : null;
}

function describe(token: string, { site }: OpsContext): string[] {
  const isMeant = site.registration === 'first';
  return [
    `setup_token: ${token}`,
    `The first POST ${site.publicUrl}/api/v1/auth/register that carries it makes the first account.`,
    ...(isMeant
      ? []
      : [`REGISTRATION is ${site.registration} here: the token counts where the api has REGISTRATION=first.`]),
  ];
}

import { tenantExists, type KillSwitch } from '#database/statements/campaigns/kill-switch.js';
import { done, refused, UsageError, YES, type OpsCommand, type OpsReport } from './ops-command.js';
import type { OpsContext } from './ops-context.js';

const ACTIONS = ['engage', 'release'] as const;
type Action = (typeof ACTIONS)[number];

interface Order {
  readonly action: Action | null;
  /** Null: the whole installation. */
  readonly tenantId: string | null;
  readonly reason: string | null;
  readonly hangupInFlight: boolean;
  readonly resumeCampaigns: boolean;
  readonly isMeant: boolean;
}

export const KILL_SWITCH: OpsCommand = {
  name: 'kill-switch',
  usage: '[engage [--reason text] [--hangup] | release [--resume]] [--tenant id] [--yes]',
  summary: 'Halts all dialing, of the installation or of one tenant; without engage or release it says how it stands.',
  options: {
    ...YES,
    tenant: { type: 'string' },
    reason: { type: 'string' },
    hangup: { type: 'boolean' },
    resume: { type: 'boolean' },
  },
  prepare({ positionals, flags, values }) {
    const order: Order = {
      action: readAction(positionals),
      tenantId: values['tenant'] ?? null,
      reason: values['reason'] ?? null,
      hangupInFlight: flags.has('hangup'),
      resumeCampaigns: flags.has('resume'),
      isMeant: flags.has('yes'),
    };
    refuseWhatDoesNotFit(order);
    return (context) => carryOut(context, order);
  },
};

function readAction([action, ...more]: readonly string[]): Action | null {
  const known = ACTIONS.find((one) => one === action);
  if (more.length > 0 || (action !== undefined && !known)) throw new UsageError('Say engage, release, or nothing.');
  return known ?? null;
}

function refuseWhatDoesNotFit({ action, reason, hangupInFlight, resumeCampaigns }: Order): void {
  if (action !== 'engage' && (reason !== null || hangupInFlight))
    throw new UsageError('--reason and --hangup go with engage.');
  if (action !== 'release' && resumeCampaigns) throw new UsageError('--resume goes with release.');
}

async function carryOut({ database, killSwitches, restored }: OpsContext, order: Order): Promise<OpsReport> {
  const { action, tenantId } = order;
  if (tenantId !== null && !(await database.transaction((tx) => tenantExists(tx, tenantId))))
    return refused(`There is no tenant ${tenantId}.`);
  const whose = tenantId === null ? 'of the whole installation' : `of tenant ${tenantId}`;
  const now = standing(await killSwitches.read(tenantId), whose);
  if (action === null) return done(now);
  const isElsewhere = action === 'release' && tenantId === null && (await restored.read()) !== undefined;
  if (isElsewhere) return refused(now, RELEASE_ELSEWHERE);
  if (!order.isMeant) return done(now, wouldDo(order, whose), 'Nothing is changed; add --yes to do it.');
  if (action === 'release') {
    const resumed = await killSwitches.release(tenantId, { resumeCampaigns: order.resumeCampaigns });
    return done(`The kill switch ${whose} is released; ${resumed} campaigns run again.`);
  }
  const { paused_campaigns, in_flight } = await killSwitches.engage(tenantId, order);
  return done(
    `The kill switch ${whose} is engaged: ${paused_campaigns} campaigns paused, ${in_flight} calls still live.`,
  );
}

const RELEASE_ELSEWHERE =
  'Nothing is changed: the database was restored from a backup. Release it with: npm run ops -- after-restore ' +
  '--release --yes';

function standing({ engaged_at, reason }: KillSwitch, whose: string): string {
  if (engaged_at === null) return `The kill switch ${whose} is not engaged.`;
  return (
    `The kill switch ${whose} has been engaged since ` +
    `${engaged_at.toISOString()}${reason === null ? '' : `: ${reason}`}.`
  );
}

function wouldDo({ action, hangupInFlight, resumeCampaigns }: Order, whose: string): string {
  if (action === 'release') {
    return (
      `Dialing ${whose} would be allowed again; campaigns that it paused would ` +
      `${resumeCampaigns ? 'be resumed' : 'stay paused'}.`
    );
  }
  const calls = hangupInFlight ? 'be hung up' : 'go on';
  return `Every running campaign ${whose} would be paused, and none could be started; live calls would ${calls}.`;
}

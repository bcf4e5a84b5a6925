import type { OpsCommand } from './ops-command.js';
import { ACCOUNTS } from './accounts.js';
import { AFTER_RESTORE } from './after-restore.js';
import { AUDIT } from './audit.js';
import { WEBHOOKS } from './provider-webhooks.js';
import { DOCTOR } from './doctor.js';
import { GIVEN_UP } from './given-up.js';
import { KILL_SWITCH } from './kill-switch.js';
import { OUTGROWN } from './outgrown.js';
import { PERSON_HASH_KEY } from './person-hash-key.js';
import { REBUILD_COUNTERS } from './rebuild-counters.js';
import { REBUILD_QUEUE } from './rebuild-queue.js';
import { RECONCILE } from './reconcile.js';
import { RELEASE } from './release.js';
import { REPLAY_SUPPRESSIONS } from './replay-suppressions.js';
import { RESEAL } from './reseal.js';
import { SETUP_TOKEN } from './setup-token.js';
import { SLOTS } from './slots.js';
import { SUPPRESSION_LOG } from './suppression-log.js';
import { TENANT_CREATE } from './tenant-create.js';
import { TENANT_INVITE } from './tenant-invite.js';
import { TENANT_LIMITS } from './tenant-limits.js';
import { USER_EMAIL } from './user-email.js';
import { VERIFY } from './verify.js';

/** All commands, in the order of the help text. */
export const OPS_COMMANDS: readonly OpsCommand[] = [
  VERIFY,
  DOCTOR,
  AUDIT,
  SLOTS,
  WEBHOOKS,
  GIVEN_UP,
  OUTGROWN,
  KILL_SWITCH,
  RELEASE,
  RECONCILE,
  REBUILD_COUNTERS,
  REBUILD_QUEUE,
  RESEAL,
  PERSON_HASH_KEY,
  ACCOUNTS,
  TENANT_CREATE,
  TENANT_INVITE,
  TENANT_LIMITS,
  USER_EMAIL,
  SETUP_TOKEN,
  REPLAY_SUPPRESSIONS,
  AFTER_RESTORE,
  SUPPRESSION_LOG,
];

import type { Transaction } from '#database/connection/transaction.js';
import {
  setInstallationKillSwitch,
  setTenantKillSwitch,
  type KillSwitchOrder,
  type KillSwitchScope,
} from '#database/statements/campaigns/kill-switch.js';

/**
 * Engages or releases a kill switch, as the first lock of its transaction.
 *
 * 1. Set the switch of the tenant, or that of the installation.
 * 2. Reject the release of a restored database, whose switch stays engaged.
 *
 * Starting a campaign locks both switches FOR SHARE (`lockKillSwitches`). So no campaign starts between this update and
 * the pause of the running ones.
 * @throws RestoredError
 */
export async function setKillSwitch(tx: Transaction, scope: KillSwitchScope, order: KillSwitchOrder): Promise<void> {
  if (scope !== null) return setTenantKillSwitch(tx, { ...order, tenantId: scope });
  if (!(await setInstallationKillSwitch(tx, order))) throw new RestoredError();
}

/** Thrown when an operator releases the kill switch of a restored database. Only `after-restore` releases that one. */
export class RestoredError extends Error {
  override readonly name = 'RestoredError';
}

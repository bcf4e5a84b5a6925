import type { Provider } from '@nestjs/common';
import type { OperatorConfig } from '#config/operator-config.js';
import { asEngine } from '#database/actor.js';
import { Database } from '#database/database.js';
import { stateSettings } from '#database/statements/operator-settings.js';
import { NUMBER_RULES } from '#geography/number-kind.js';

/** States the operator's settings in the database (`stateSettings`). */
export class OperatorRules {}

/**
 * An asynchronous provider: the settings are stated before any part of the process begins to work, a consumer of the
 * queue included.
 */
export function operatorRules(
  { allowedCountries, allowedNumberKinds, tenantLimits }: OperatorConfig,
  { isWorker }: { isWorker: boolean },
): Provider {
  const settings = {
    allowedCountries: allowedCountries ?? [],
    allowedNumberKinds,
    tenantLimits,
    numberRules: NUMBER_RULES,
  };
  return {
    provide: OperatorRules,
    inject: [Database],
    useFactory: async (database: Database) => {
      await asEngine(() => database.transaction((sql) => stateSettings(sql, settings, { isWorker })));
      return new OperatorRules();
    },
  };
}

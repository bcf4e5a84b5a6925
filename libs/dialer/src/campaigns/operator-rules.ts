import type { Provider } from '@nestjs/common';
import type { Config } from '#config/config.js';
import { asEngine } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { NUMBER_RULES } from '#geography/number-kind.js';
import type { RoutePrompt } from '#rules/first-words/first-words.js';
import { stateSettings } from './state-settings.js';

/** Token of the provider that writes the operator's settings to the database (`stateSettings`). */
export class OperatorRules {}

/**
 * Writes the operator's settings to the database. An asynchronous provider, so that no part of the process, nor a
 * consumer of the queue, begins before.
 */
export function operatorRules(
  { operator, telephony }: Pick<Config, 'operator' | 'telephony'>,
  { isWorker }: { isWorker: boolean },
): Provider {
  const { allowedCountries, allowedNumberKinds, tenantLimits } = operator;
  const settings = {
    allowedCountries: allowedCountries ?? [],
    allowedNumberKinds,
    tenantLimits,
    numberRules: NUMBER_RULES,
    routePrompt: routePromptOf(telephony),
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

/** Returns what a recorded prompt says; null for providers that say the campaign's texts. */
function routePromptOf(telephony: Config['telephony']): RoutePrompt | null {
  switch (telephony.provider) {
    case 'simulator':
    case 'twilio':
    case 'vapi':
      return null;
    case 'sip': {
      const { promptDisclosure, promptRecordingNotice, recordings } = telephony.sip;
      return { disclosure: promptDisclosure, recording_notice: promptRecordingNotice, is_recording: recordings };
    }
  }
}

import type { SimulatorConfig } from '#config/telephony-config.js';
import { seededRandom } from '#rules/values/seeded-random.js';
import { drawFaults, type CallFaults } from './call-faults.js';
import type { CallScript, PlacedScript } from './call-script.js';
import type { CallTerms } from './call-terms.js';
import { NO_BRIEFING, type Briefing } from '../conversation/conversation.js';
import { testScript } from './test-script.js';
import { writeCallScript } from './write-call-script.js';

/** Call that the carrier has accepted. */
export interface SimulatedCall {
  readonly dialerJobId: string;
  readonly terms: CallTerms;
  readonly script: PlacedScript;
  readonly faults: CallFaults;
  /**
   * Briefing of the agent, known only to the process that placed the call. A person's name must not stand in a provider
   * call id.
   */
  readonly briefing: Briefing;
}

/** Carrier's reaction to a create request. A phone can ring only for `taken`. */
export type Reception =
  | { readonly kind: 'taken'; readonly call: SimulatedCall }
  | { readonly kind: 'rejected'; readonly code: string }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number };

/**
 * Computes the carrier's reaction. The same terms give the same reaction in every process, at any time. Random numbers
 * come from the course, which is the same in every run. Throttles are the exception: a throttled attempt is repeated,
 * and would otherwise be throttled for ever.
 */
export function receive(
  config: SimulatorConfig,
  { dialerJobId, terms, briefing = NO_BRIEFING }: { dialerJobId: string; terms: CallTerms; briefing?: Briefing },
): Reception {
  const throttle = seededRandom(terms.key, 'throttle');
  if (throttle() < config.faults[429]) return { kind: 'throttled', retryAfterSeconds: 1 + Math.floor(throttle() * 5) };
  const faults = drawFaults({ ...config.faults, 429: 0 }, seededRandom(terms.course, 'faults'));
  const script = scriptOf(config, terms);
  if (script.kind === 'rejected') return script;
  return { kind: 'taken', call: { dialerJobId, terms, script, faults, briefing } };
}

function scriptOf(config: SimulatorConfig, terms: CallTerms): CallScript {
  if (terms.decided !== null) return testScript(terms.decided);
  return writeCallScript(seededRandom(terms.course, 'script'), config, terms);
}

const SHORTEST_LATENCY_MS = 20;
const LONGEST_LATENCY_MS = 80;

/** Delay of the create answer for a call whose reports arrive early. The reports have arrived by then. */
const EARLY_ANSWER_MS = 300;

/** Returns the delay until the carrier answers the create request of a call that it has accepted. */
export function latencyOfAccepted(config: SimulatorConfig, { terms, faults }: SimulatedCall): number {
  const latencyMs = answerLatencyMs(config, terms);
  return faults.isEarly ? Math.max(latencyMs, EARLY_ANSWER_MS) : latencyMs;
}

/** Returns the delay until the carrier answers a create request. */
export function answerLatencyMs(config: SimulatorConfig, { course, decided }: CallTerms): number {
  if (decided !== null) return SHORTEST_LATENCY_MS;
  if (config.ringSeconds === 0 && config.talkSeconds === 0) return 0;
  const share = seededRandom(course, 'latency')();
  return SHORTEST_LATENCY_MS + Math.round(share * (LONGEST_LATENCY_MS - SHORTEST_LATENCY_MS));
}

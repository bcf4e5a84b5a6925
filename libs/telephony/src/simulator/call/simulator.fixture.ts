import type { SimulatorConfig } from '#config/telephony-config.js';
import { NO_FAULTS, type SimulatorFaultRates } from '#config/simulator-faults.js';
import type { CallReference, PlaceCallRequest } from '../../port/telephony-provider.js';
import { callTerms } from './call-terms.js';
import { receive, type Reception, type SimulatedCall } from './simulated-call.js';

export const PLACED_AT = new Date('2026-03-02T10:00:00.000Z');

export function simulatorConfig(
  changes: Partial<Omit<SimulatorConfig, 'faults'>> = {},
  faults: Partial<SimulatorFaultRates> = {},
): SimulatorConfig {
  return { ringSeconds: 2, talkSeconds: 8, seed: 'test', url: null, ...changes, faults: { ...NO_FAULTS, ...faults } };
}

export const INSTANT = simulatorConfig({ ringSeconds: 0, talkSeconds: 0 });

/** Makes the nth of many requests that differ as real ones do. */
export function requestNumber(n: number): PlaceCallRequest {
  return {
    dialerJobId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    to: `+4930${String(1_000_000 + n)}`,
    from: null,
    webhookUrl: null,
    agent: {
      systemPrompt: 'You call customers about their delivery.',
      voiceId: 'v1',
      firstMessage: null,
      firstWords: null,
      language: null,
    },
    person: { firstName: 'Ada', lastName: null },
    ringTimeoutSeconds: 30,
    maxCallSeconds: 600,
    recordCall: true,
    voicemailAction: 'hangup',
    attempt: 1,
    placedAt: PLACED_AT,
  };
}

export function referenceTo(request: PlaceCallRequest, providerCallId: string | null = null): CallReference {
  return {
    dialerJobId: request.dialerJobId,
    providerCallId,
    to: request.to,
    from: request.from,
    attempt: request.attempt,
    placedAt: request.placedAt,
  };
}

export function receptionOf(config: SimulatorConfig, request: PlaceCallRequest): Reception {
  const terms = callTerms(config, request, request);
  return receive(config, { dialerJobId: request.dialerJobId, terms });
}

export function receptions(config: SimulatorConfig, count: number): Reception[] {
  return Array.from({ length: count }, (_, n) => receptionOf(config, requestNumber(n)));
}

export function acceptedCalls(config: SimulatorConfig, count: number): SimulatedCall[] {
  return receptions(config, count).flatMap((reception) => (reception.kind === 'taken' ? [reception.call] : []));
}

/** Returns the first request that the carrier accepts and whose call has the wanted property. */
export function requestFor(config: SimulatorConfig, isWanted: (call: SimulatedCall) => boolean): PlaceCallRequest {
  for (let n = 0; n < 10_000; n++) {
    const reception = receptionOf(config, requestNumber(n));
    if (reception.kind === 'taken' && isWanted(reception.call)) return requestNumber(n);
  }
  throw new Error('none of 10,000 calls is as wanted');
}

export function isAnswered({ script }: SimulatedCall): boolean {
  return script.kind === 'answered' && script.endsAtMs - script.answeredAtMs > 2000;
}

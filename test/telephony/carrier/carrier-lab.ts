import type { CallEvent } from '#rules/call/call-report.js';
import { RemoteSimulator } from '#telephony/carrier/remote-simulator.js';
import type { PlaceCallRequest } from '#telephony/port/telephony-provider.js';
import type { CallStep, CreateBehaviour, ProviderLab, Report } from '../provider-lab.js';
import { StepCarrier } from './step-carrier.js';

const BEHAVIOURS: readonly CreateBehaviour[] = [
  'accept',
  'refuse_permanent',
  'throttle',
  'lose_answer',
  'hang',
  'fail_after_create',
  'time_out_after_create',
  'unreachable',
];
const STEPS: readonly CallStep[] = ['ring', 'answer', 'complete', 'busy', 'no_answer', 'fail', 'voicemail'];

export async function makeCarrierLab(): Promise<ProviderLab> {
  const carrier = new StepCarrier();
  const provider = new RemoteSimulator(await carrier.open());
  let hear: (event: CallEvent) => void = () => undefined;
  const stop = provider.stream((event) => hear(event));
  const deliver = async (event: CallEvent) => {
    const heard = new Promise<CallEvent>((resolve) => (hear = resolve));
    await carrier.tell(event);
    return [await heard];
  };
  return {
    provider,
    behaviours: new Set(BEHAVIOURS),
    steps: new Set(STEPS),
    tellsNoStart: true,
    request,
    behave: (behaviour) => {
      if (behaviour === 'unreachable') carrier.close();
      carrier.behaviour = behaviour;
    },
    createRequests: (dialerJobId) => carrier.createRequests(dialerJobId),
    step: async (dialerJobId, step) => carrier.step(dialerJobId, step),
    reports: async (dialerJobId) =>
      carrier.events(dialerJobId).map((event): Report => ({ deliver: () => deliver(event) })),
    toldFirst: (dialerJobId) => carrier.toldFirst(dialerJobId),
    isLive: (dialerJobId) => carrier.isLive(dialerJobId),
    close: async () => {
      await stop();
      carrier.close();
    },
  };
}

function request(n: number): PlaceCallRequest {
  return {
    dialerJobId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    to: `+4420794600${String(n).padStart(2, '0')}`,
    from: null,
    callbackUrl: null,
    agent: { systemPrompt: 'Ask.', voiceId: 'aria', firstMessage: null, firstWords: null, language: null },
    person: { firstName: 'Ada', lastName: null },
    ringTimeoutSeconds: 30,
    maxCallSeconds: 600,
    recordCall: true,
    voicemailAction: 'hangup',
    attempt: 1,
    placedAt: new Date(),
  };
}

import { unlinkSync } from 'node:fs';
import type { CallEvent } from '#rules/call-event.js';
import type { CallStatus } from '#rules/call-status.js';
import { SipProvider } from '#telephony/sip/sip-provider.js';
import type { PlaceCallRequest, PlaceCallResult } from '#telephony/telephony-provider.js';
import { until } from '../../harness/until.js';
import type { CallStep, CreateBehaviour, ProviderLab, Report } from '../provider-lab.js';
import { calleeScenario } from './scenarios.js';
import { SipSite } from './sip-site.js';

/** What the callee is told, and what is to be heard of it. */
const STEPS: Readonly<Partial<Record<CallStep, { verb: string; status: CallStatus }>>> = {
  ring: { verb: 'ring', status: 'ringing' },
  answer: { verb: 'answer', status: 'in_progress' },
  complete: { verb: 'hang_up', status: 'completed' },
  busy: { verb: 'refuse_486', status: 'busy' },
  no_answer: { verb: 'refuse_480', status: 'no_answer' },
  fail: { verb: 'refuse_503', status: 'failed' },
};

/** A real engine and a real callee. What a trunk thinks of a call comes as an event, so that only these are told at once. */
const BEHAVIOURS: readonly CreateBehaviour[] = ['accept', 'unreachable'];

export async function makeSipLab(): Promise<ProviderLab> {
  const site = await SipSite.open(calleeScenario());
  const provider = new LabProvider(site);
  const heard: CallEvent[] = [];
  const claim = provider.claim();
  const stop = provider.stream((event) => heard.push(event));
  await until('the engine is ready', async () => provider.isReady);
  const eventsOf = (dialerJobId: string) => heard.filter((event) => event.dialerJobId === dialerJobId);
  return {
    provider,
    behaviours: new Set(BEHAVIOURS),
    steps: new Set(Object.keys(STEPS) as CallStep[]),
    request: sipRequest,
    behave: (behaviour) => provider.behave(behaviour),
    createRequests: (dialerJobId) => site.callee.invitationsOf(dialerJobId).length,
    step: async (dialerJobId, step) => {
      const { verb, status } = STEPS[step] ?? { verb: step, status: undefined };
      site.callee.order(dialerJobId, verb);
      const isTold = (event: CallEvent) => event.status === status && (step !== 'complete' || event.recordingUrl);
      await until(`${status} is heard`, async () => eventsOf(dialerJobId).some(isTold));
    },
    reports: async (dialerJobId) => eventsOf(dialerJobId).map((event): Report => ({ deliver: async () => [event] })),
    isLive: (dialerJobId) => site.callee.invitationsOf(dialerJobId).some(({ isOver }) => !isOver),
    close: async () => {
      await stop();
      claim?.release();
      await site.close();
    },
  };
}

/** Says that a call is accepted when the callee has heard of it, and not a moment before: UDP takes its time. */
class LabProvider extends SipProvider {
  private isUnreachable = false;

  constructor(private readonly site: SipSite) {
    super(site.settings({ recordings: true }));
  }

  behave(behaviour: CreateBehaviour): void {
    if (behaviour !== 'unreachable') return;
    this.isUnreachable = true;
    unlinkSync(this.site.binary);
    this.site.signalEngine('SIGKILL');
  }

  override async placeCall(request: PlaceCallRequest, signal: AbortSignal): Promise<PlaceCallResult> {
    if (this.isUnreachable) await until('the engine is gone', async () => !this.isReady);
    const result = await super.placeCall(request, signal);
    const { callee } = this.site;
    if (result.kind === 'accepted') {
      await until('the callee is called', async () => callee.invitationsOf(request.dialerJobId).length > 0);
    }
    return result;
  }
}

export function sipRequest(n: number): PlaceCallRequest {
  return {
    dialerJobId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    to: `+4420794${String(60_000 + n)}`,
    from: null,
    callbackUrl: null,
    agent: { systemPrompt: 'Ask.', voiceId: 'aria', firstMessage: null, language: null },
    person: { firstName: 'Ada', lastName: null },
    ringTimeoutSeconds: 30,
    maxCallSeconds: 600,
    recordCall: true,
    voicemailAction: 'hangup',
    placedAt: new Date(),
  };
}

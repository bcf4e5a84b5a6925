import { unlinkSync } from 'node:fs';
import type { CallReport } from '#rules/call/call-report.js';
import type { CallStatus } from '#rules/call/call-status.js';
import { SipProvider } from '#telephony/sip/sip-provider.js';
import type { PlaceCallRequest, PlaceCallResult } from '#telephony/port/telephony-provider.js';
import { until } from '../../support/until.js';
import type { CallStep, CreateBehaviour, ProviderLab, Report } from '../provider-lab.js';
import { calleeScenario } from './scenarios.js';
import { SipSite } from './sip-site.js';

/** Orders to the callee for each step, and the status that the engine reports then. */
const STEPS: Readonly<Partial<Record<CallStep, { verb: string; status: CallStatus }>>> = {
  ring: { verb: 'ring', status: 'ringing' },
  answer: { verb: 'answer', status: 'in_progress' },
  complete: { verb: 'hang_up', status: 'completed' },
  busy: { verb: 'refuse_486', status: 'busy' },
  no_answer: { verb: 'refuse_480', status: 'no_answer' },
  fail: { verb: 'refuse_503', status: 'failed' },
};

/** Orders by which a trunk rejects a call; the engine reports the rejection as an event. */
const REFUSED_BY: Readonly<Partial<Record<CreateBehaviour, string>>> = {
  refuse_permanent: 'refuse_404',
  refuse_retryable: 'refuse_500',
  refuse_account: 'refuse_407',
  throttle: 'refuse_503',
};

/**
 * Behaviours of a real engine and a real callee. An engine is frozen meanwhile when its answer is to be lost, or never
 * to come.
 */
const BEHAVIOURS = [
  'accept',
  ...(Object.keys(REFUSED_BY) as CreateBehaviour[]),
  'lose_answer',
  'hang',
  'unreachable',
] as const;

export async function makeSipLab(): Promise<ProviderLab> {
  const site = await SipSite.open(calleeScenario());
  const provider = new LabProvider(site);
  const heard: CallReport[] = [];
  const claim = provider.claim();
  const stop = provider.stream((event) => heard.push(event));
  await until('the engine is ready', async () => provider.isReady);
  await provider.introduce();
  const eventsOf = (dialerJobId: string) => heard.filter((event) => event.dialerJobId === dialerJobId);
  return {
    provider,
    behaviours: new Set<CreateBehaviour>(BEHAVIOURS),
    refusesAfterwards: true,
    hangsAsAWhole: true,
    steps: new Set(Object.keys(STEPS) as CallStep[]),
    request: sipRequest,
    behave: (behaviour) => provider.behave(behaviour),
    createRequests: (dialerJobId) => site.callee.invitationsOf(dialerJobId).length,
    step: async (dialerJobId, step) => {
      const { verb, status } = STEPS[step] ?? { verb: step, status: undefined };
      site.callee.order(dialerJobId, verb);
      const isTold = (event: CallReport) => event.status === status && (step !== 'complete' || event.recordingUrl);
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

/** Comes back when the callee has heard of the call, and not a moment before: UDP takes its time. */
class LabProvider extends SipProvider {
  private behaviour: CreateBehaviour = 'accept';

  constructor(private readonly site: SipSite) {
    super(site.settings({ recordings: true }));
  }

  /**
   * Makes the engine learn its account before the first call. An engine that is frozen by then has not asked for one.
   */
  async introduce(): Promise<void> {
    this.behaviour = 'refuse_permanent';
    const introduction = { ...sipRequest(0), dialerJobId: 'introduction' };
    await this.placeCall(introduction, AbortSignal.timeout(10_000));
    this.behaviour = 'accept';
  }

  behave(behaviour: CreateBehaviour): void {
    this.behaviour = behaviour;
    if (behaviour === 'lose_answer' || behaviour === 'hang') this.site.signalEngine('SIGSTOP');
    if (behaviour !== 'unreachable') return;
    unlinkSync(this.site.binary);
    this.site.signalEngine('SIGKILL');
  }

  override async placeCall(request: PlaceCallRequest, signal: AbortSignal): Promise<PlaceCallResult> {
    if (this.behaviour === 'unreachable') await until('the engine is gone', async () => !this.isReady);
    const result = await super.placeCall(request, signal);
    this.site.signalEngine('SIGCONT');
    if (result.kind !== 'rejected') await this.isCalled(request.dialerJobId);
    return result;
  }

  private async isCalled(dialerJobId: string): Promise<void> {
    const { callee } = this.site;
    await until('the callee is called', async () => callee.invitationsOf(dialerJobId).length > 0);
    await until('the engine is connected', async () => this.isReady);
    const rejection = REFUSED_BY[this.behaviour];
    if (rejection === undefined) return;
    callee.order(dialerJobId, rejection);
    await until('it is refused', async () => callee.invitationsOf(dialerJobId).every(({ isOver }) => isOver));
  }
}

export function sipRequest(n: number): PlaceCallRequest {
  return {
    dialerJobId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    to: `+4420794${String(60_000 + n)}`,
    from: null,
    webhookUrl: null,
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

import type { CallReport } from '#rules/call/call-report.js';
import type { CallFacts } from '#rules/call/call-facts.js';
import { isFinalCallStatus } from '#rules/call/call-status.js';
import { SipProvider } from '#telephony/sip/sip-provider.js';
import type { SipSettings } from '#telephony/sip/engine/sip-settings.js';
import type {
  CallReference,
  PlaceCallRequest,
  PlaceCallResult,
  ProviderClaim,
} from '#telephony/port/telephony-provider.js';
import { until } from '../../support/until.js';
import { factsOf } from '../contract/heard.js';
import { sipRequest } from './sip-lab.js';
import type { SipSite } from './sip-site.js';

const PATIENCE_MS = 10_000;

/** A provider at work, what it tells, and the calls that are placed with it. */
export class SipContext {
  readonly heard: CallReport[] = [];
  /** Messages to the operator. */
  readonly notes: string[] = [];
  readonly provider: SipProvider;
  private stop: (() => Promise<void>) | undefined;
  private claim: ProviderClaim | null = null;

  private constructor(
    private readonly site: SipSite,
    settings: SipSettings,
  ) {
    this.provider = new SipProvider(settings, (text, fields = {}) =>
      this.notes.push([text, ...Object.values(fields)].join(' ')),
    );
  }

  static async open(site: SipSite, settings: Partial<SipSettings> = {}): Promise<SipContext> {
    const context = SipContext.start(site, settings);
    await context.isReady();
    return context;
  }

  /**
   * Starts without waiting for an engine.
   * @throws Error where another process owns the engine.
   */
  static start(site: SipSite, settings: Partial<SipSettings> = {}): SipContext {
    const context = SipContext.standBy(site, settings);
    if (!context.claimEngine()) throw new Error('The engine is owned by another');
    return context;
  }

  static standBy(site: SipSite, settings: Partial<SipSettings> = {}): SipContext {
    return new SipContext(site, site.settings(settings));
  }

  /** @returns false while another owns the engine. */
  claimEngine(): boolean {
    this.claim = this.provider.claim();
    if (this.claim) this.stop = this.provider.stream((event) => this.heard.push(event));
    return this.claim !== null;
  }

  /** Stops the stream, then releases the engine. */
  async close(): Promise<void> {
    await this.stop?.();
    this.claim?.release();
    this.claim = null;
  }

  async isReady(): Promise<void> {
    await until('the engine is ready', async () => this.provider.isReady);
  }

  place(n: number, differences: Partial<PlaceCallRequest> = {}): Promise<PlaceCallResult> {
    return this.provider.placeCall({ ...sipRequest(n), ...differences }, AbortSignal.timeout(PATIENCE_MS));
  }

  /** Places a call, and waits until it has arrived at the callee, who then does as told. */
  async call(n: number, differences: Partial<PlaceCallRequest> = {}, ...verbs: string[]): Promise<CallReference> {
    const result = await this.place(n, differences);
    if (result.kind !== 'accepted') throw new Error(`Not accepted: ${JSON.stringify(result)}`);
    await this.isCalled(n);
    for (const verb of verbs) await this.order(n, verb);
    return { ...sipRequest(n), providerCallId: result.providerCallId };
  }

  async isCalled(n: number): Promise<void> {
    await until(`${n} is called`, async () => this.site.callee.invitationsOf(sipRequest(n).dialerJobId).length > 0);
  }

  /** @returns once it has been heard what the callee did. */
  async order(n: number, verb: string): Promise<void> {
    const heardBefore = this.eventsOf(n).length;
    this.site.callee.order(sipRequest(n).dialerJobId, verb);
    await until(`${verb} of ${n} is heard`, async () => this.eventsOf(n).length > heardBefore);
  }

  eventsOf(n: number): CallReport[] {
    return this.heard.filter(({ dialerJobId }) => dialerJobId === sipRequest(n).dialerJobId);
  }

  /** Waits until the call has ended, and returns the facts that were reported of it. */
  async ended(n: number): Promise<CallFacts> {
    await until(`${n} has ended`, async () =>
      this.eventsOf(n).some(({ status }) => status && isFinalCallStatus(status)),
    );
    return factsOf(this.eventsOf(n));
  }
}

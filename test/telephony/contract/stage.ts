import { afterEach, beforeEach, type TestContext } from 'vitest';
import type { CallReference, PlaceCallRequest, PlaceCallResult } from '#telephony/port/telephony-provider.js';
import { until } from '../../support/until.js';
import type { CallStep, CreateBehaviour, ProviderLab } from '../provider-lab.js';

/** Long enough for any answer on loopback. */
const PATIENCE_MS = 10_000;

export interface PlacedCall {
  readonly request: PlaceCallRequest;
  readonly result: PlaceCallResult;
  /** Reference by Outdial's key alone. */
  readonly byKey: CallReference;
  /** Reference by the provider's id; equals `byKey` where the id was not learned. */
  readonly byId: CallReference;
}

/** Lab of one test, and the calls that were placed in it. */
export class Stage {
  private opened: ProviderLab | null = null;
  private readonly dialerJobIds: string[] = [];

  get lab(): ProviderLab {
    if (!this.opened) throw new Error('The lab is opened before each test');
    return this.opened;
  }

  async open(makeLab: () => Promise<ProviderLab>): Promise<void> {
    this.dialerJobIds.length = 0;
    this.opened = await makeLab();
  }

  /** Closes the lab, and checks that no person was called twice, whatever the test did. */
  async close(): Promise<void> {
    const { opened } = this;
    this.opened = null;
    if (!opened) return;
    const repeated = this.dialerJobIds.filter((id) => opened.createRequests(id) > 1);
    await opened.close();
    if (repeated.length > 0) throw new Error(`More than one create request for ${repeated.join(', ')}`);
  }

  nextRequest(): PlaceCallRequest {
    const request = this.lab.request(this.dialerJobIds.length);
    this.dialerJobIds.push(request.dialerJobId);
    return request;
  }

  async place(behaviour: CreateBehaviour, signal = AbortSignal.timeout(PATIENCE_MS)): Promise<PlacedCall> {
    const request = this.nextRequest();
    this.lab.behave(behaviour);
    return placed(request, await this.lab.provider.placeCall(request, signal));
  }

  async giveUpOnceAsked(behaviour: CreateBehaviour): Promise<PlacedCall> {
    const request = this.nextRequest();
    const giveUp = new AbortController();
    this.lab.behave(behaviour);
    const answer = this.lab.provider.placeCall(request, giveUp.signal);
    await until('it has been asked', async () => this.lab.createRequests(request.dialerJobId) > 0);
    giveUp.abort();
    return placed(request, await answer);
  }

  async accepted(...steps: readonly CallStep[]): Promise<PlacedCall> {
    const call = await this.place('accept');
    if (call.result.kind !== 'accepted') throw new Error(`Not accepted: ${JSON.stringify(call.result)}`);
    await this.walk(call, ...steps);
    return call;
  }

  /** A machine that answered may go on listening: then the call is ended. */
  async walk({ request: { dialerJobId } }: PlacedCall, ...steps: readonly CallStep[]): Promise<void> {
    for (const step of steps) await this.lab.step(dialerJobId, step);
    if (steps.at(-1) === 'voicemail' && this.lab.isLive(dialerJobId)) await this.lab.step(dialerJobId, 'complete');
  }

  /** Skips a test that wants what this lab does not have. */
  needs({ skip }: TestContext, ...wanted: readonly (CreateBehaviour | CallStep)[]): void {
    const offered = new Set<string>([...this.lab.behaviours, ...this.lab.steps]);
    const missing = wanted.filter((one) => !offered.has(one));
    skip(missing.length > 0, `this lab has no ${missing.join(', ')}`);
  }
}

function placed(request: PlaceCallRequest, result: PlaceCallResult): PlacedCall {
  const { dialerJobId, to, from, attempt, placedAt } = request;
  const byKey = { dialerJobId, to, from, attempt, placedAt, providerCallId: null };
  const byId = result.kind === 'accepted' ? { ...byKey, providerCallId: result.providerCallId } : byKey;
  return { request, result, byKey, byId };
}

export function useStage(makeLab: () => Promise<ProviderLab>): Stage {
  const stage = new Stage();
  beforeEach(() => stage.open(makeLab));
  afterEach(() => stage.close());
  return stage;
}

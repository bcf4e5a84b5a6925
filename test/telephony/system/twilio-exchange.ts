import { TwilioCaller } from '../agent/twilio-caller.js';
import type { CallbackReport } from '../twilio/call-reports.js';
import type { FakeCall } from '../twilio/fake-call.js';
import { FakeTwilio } from '../twilio/fake-twilio.js';
import { postCallback } from '../twilio/post-webhook.js';
import { ACCOUNT } from '../twilio/twilio-lab.js';
import type { Cast } from './call-scripts.js';

/**
 * A Twilio whose calls follow their cast. It posts its provider webhooks one after the other for each call. A person
 * who talks to the end is connected to the relay, where there is one, and says nothing.
 */
export class TwilioExchange {
  readonly fake: FakeTwilio;
  /** True when calls that have ended have a price by now. */
  isPriced = true;
  /** Statuses with which the API answered provider webhooks. */
  readonly answers: number[] = [];
  private readonly posting = new Map<FakeCall, Promise<void>>();

  private constructor(private readonly cast: Cast) {
    this.fake = new FakeTwilio({
      ...ACCOUNT,
      pricedAfterMs: () => (this.isPriced ? 0 : Infinity),
      onCall: (call, { to }) => void setImmediate(() => void this.play(call, to)),
      onReport: (call, report) => this.tell(call, report),
    });
  }

  static async open(cast: Cast): Promise<TwilioExchange> {
    const exchange = new TwilioExchange(cast);
    await exchange.fake.open();
    return exchange;
  }

  /** @throws when anything was against Twilio's own description of its API. */
  async close(): Promise<void> {
    await Promise.all(this.posting.values());
    this.fake.close();
    if (this.fake.violations.length > 0) throw new Error(`Against Twilio's API: ${this.fake.violations.join('\n')}`);
  }

  /** The create requests to a number: a second one would be a second call. */
  callsTo(to: string): number {
    return this.fake.book.creates.filter((create) => create.to === to).length;
  }

  private async play(call: FakeCall, to: string): Promise<void> {
    const script = this.cast.scriptOf(to);
    for (const [index, step] of script.entries()) {
      call.step(step);
      if (step === 'answer' && script[index + 1] === 'complete') await this.relay(call);
    }
  }

  private async relay({ terms: { form, sid, dialerJobId: jobId } }: FakeCall): Promise<void> {
    const signedUrl = /<ConversationRelay url="([^"]+)"/.exec(form.get('Twiml') ?? '')?.[1];
    if (signedUrl === undefined) return;
    const handshake = { jobId, signedUrl, authToken: ACCOUNT.authToken };
    const caller = await TwilioCaller.connect(Number(new URL(signedUrl).port), handshake);
    if (typeof caller === 'number') return;
    caller.setUp(sid);
    caller.hangUp();
    await caller.closed;
  }

  private tell(call: FakeCall, report: CallbackReport): void {
    const before = this.posting.get(call) ?? Promise.resolve();
    this.posting.set(
      call,
      before.then(() => this.post(report)),
    );
  }

  private async post(report: CallbackReport): Promise<void> {
    this.answers.push(...(await postCallback(report, ACCOUNT)));
  }
}

import { until } from '../../support/until.js';
import type { CallStep } from '../provider-lab.js';
import { ACCEPT, type CreateReply } from '../vapi/create-replies.js';
import type { FakeCall, ServerMessage } from '../vapi/fake-call.js';
import { FakeVapi } from '../vapi/fake-vapi.js';
import { ACCOUNT, OWNED_NUMBER } from '../vapi/vapi-lab.js';
import type { Cast } from './call-scripts.js';

/**
 * A Vapi whose calls follow their cast. It controls no call before the person answers. It posts its provider webhooks
 * once a call has gone so far.
 */
export class VapiExchange {
  readonly fake: FakeVapi;
  /** Statuses with which the API answered provider webhooks. */
  readonly answers: number[] = [];
  /** Reply to the next create requests. */
  reply: CreateReply = ACCEPT;
  private readonly told = new Map<FakeCall, number>();

  private constructor(private readonly cast: Cast) {
    const { apiKey } = ACCOUNT;
    const reply = () => this.reply;
    this.fake = new FakeVapi({ apiKey, phoneNumbers: [OWNED_NUMBER], reply, isControlledOnceAnswered: true });
  }

  static async open(cast: Cast): Promise<VapiExchange> {
    const exchange = new VapiExchange(cast);
    await exchange.fake.open();
    return exchange;
  }

  /** @throws when anything was against Vapi's own description of its API. */
  close(): void {
    this.fake.shut();
    if (this.fake.violations.length > 0) throw new Error(`Against Vapi's API: ${this.fake.violations.join('\n')}`);
  }

  /** Lets calls come and go until this is so. */
  async playUntil(what: string, isSo: () => Promise<boolean>): Promise<void> {
    await until(what, async () => {
      for (const call of this.fake.calls.values()) await this.play(call);
      return isSo();
    });
  }

  /** Counts the calls to a number. */
  callsTo(to: string): number {
    return this.callsOf(to).length;
  }

  /** Ends the live calls to a number. */
  end(to: string, reason: string): void {
    for (const call of this.callsOf(to)) if (call.isLive) call.end(reason);
  }

  step(to: string, step: CallStep): void {
    for (const call of this.callsOf(to)) call.step(step);
  }

  private callsOf(to: string): FakeCall[] {
    return [...this.fake.calls.values()].filter((call) => numberOf(call) === to);
  }

  /** Plays the script once, then posts only new messages, such as the end of a call that Outdial hung up. */
  private async play(call: FakeCall): Promise<void> {
    if (!this.told.has(call)) for (const step of this.cast.scriptOf(numberOf(call))) call.step(step);
    const from = this.told.get(call) ?? 0;
    this.told.set(call, call.messages.length);
    for (const message of call.messages.slice(from)) await this.post(call, message);
  }

  private async post(call: FakeCall, message: ServerMessage): Promise<void> {
    this.fake.spec?.checkBody(message.type as 'status-update' | 'end-of-call-report', message);
    const { url = '', headers = {} } = call.terms.body.assistant?.server ?? {};
    const answer = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ message }),
    });
    this.answers.push(answer.status);
  }
}

function numberOf({ terms }: FakeCall): string {
  return terms.body.customer?.number ?? '';
}

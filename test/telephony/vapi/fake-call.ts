import type { CallStep } from '../provider-lab.js';

export interface CreateBody {
  readonly name?: string;
  readonly phoneNumberId?: string;
  readonly customer?: { readonly number?: string; readonly externalId?: string };
  readonly assistant?: {
    readonly firstMessage?: string;
    readonly serverMessages?: readonly string[];
    readonly server?: { readonly url?: string; readonly headers?: Readonly<Record<string, string>> };
    readonly metadata?: { readonly dialerJobId?: string };
    readonly artifactPlan?: { readonly recordingEnabled?: boolean };
  };
}

export interface FakeCallTerms {
  readonly id: string;
  /** The create request. */
  readonly body: CreateBody;
  /** Address of the fake itself. */
  readonly apiUrl: string;
  readonly controlUrl: string;
  readonly now: () => Date;
  /** Analysis that models make of a conversation. */
  readonly analysis: Readonly<Record<string, unknown>>;
}

export const CONTENT: FakeCallTerms['analysis'] = {
  summary: 'They spoke, and were content.',
  successEvaluation: 'true',
  structuredData: { opt_out: false, callback_requested: false, callback_at: '' },
};

export type VapiCallStatus = 'queued' | 'ringing' | 'in-progress' | 'ended';

/** Message to the server of the assistant, under `message`. */
export type ServerMessage = Readonly<Record<string, unknown>> & { readonly type: string };

const ENDINGS = {
  busy: 'customer-busy',
  no_answer: 'customer-did-not-answer',
  fail: 'call.in-progress.error-sip-outbound-call-failed-to-connect',
} as const;
const DOLLARS_PER_SECOND = 0.0015;

/** A call on Vapi's side: its state, its resource and its messages. */
export class FakeCall {
  readonly createdAt: Date;
  /** Messages so far, oldest first. */
  readonly messages: ServerMessage[] = [];
  status: VapiCallStatus = 'queued';
  private startedAt: Date | null = null;
  private endedAt: Date | null = null;
  private endedReason: string | null = null;

  constructor(readonly terms: FakeCallTerms) {
    this.createdAt = terms.now();
    this.tellStatus();
  }

  get dialerJobId(): string {
    return this.terms.body.assistant?.metadata?.dialerJobId ?? '';
  }

  get isLive(): boolean {
    return this.status !== 'ended';
  }

  get isRecorded(): boolean {
    const { recordingEnabled = true } = this.terms.body.assistant?.artifactPlan ?? {};
    return recordingEnabled && !this.isLive && this.startedAt !== null;
  }

  /** Does nothing to a call that has ended. */
  step(step: CallStep): void {
    if (!this.isLive) return;
    switch (step) {
      case 'ring':
        return this.become('ringing');
      case 'answer':
        return this.answer();
      case 'voicemail':
        this.answer();
        return this.end('voicemail');
      case 'complete':
        return this.end('customer-ended-call');
      case 'busy':
      case 'no_answer':
      case 'fail':
        return this.end(ENDINGS[step]);
    }
  }

  end(reason: string): void {
    this.endedAt = this.terms.now();
    this.endedReason = reason;
    this.become('ended');
    this.tell({ type: 'end-of-call-report', endedReason: reason, ...this.times, ...this.findings });
  }

  /** Returns the call as the API shows it. */
  resource(): Readonly<Record<string, unknown>> {
    const { id, body, controlUrl } = this.terms;
    return {
      id,
      orgId: '9d1f0f6e-0000-4000-8000-0000000000aa',
      type: 'outboundPhoneCall',
      name: body.name,
      phoneNumberId: body.phoneNumberId,
      customer: body.customer,
      assistant: body.assistant,
      status: this.status,
      endedReason: this.endedReason ?? undefined,
      phoneCallProvider: 'twilio',
      phoneCallTransport: 'pstn',
      monitor: { controlUrl },
      createdAt: this.createdAt.toISOString(),
      updatedAt: (this.endedAt ?? this.startedAt ?? this.createdAt).toISOString(),
      ...this.times,
      ...(this.isLive ? { cost: 0 } : this.findings),
    };
  }

  private get times(): Record<string, string> {
    const { startedAt, endedAt } = this;
    return {
      ...(startedAt ? { startedAt: startedAt.toISOString() } : {}),
      ...(endedAt ? { endedAt: endedAt.toISOString() } : {}),
    };
  }

  /** Fields that a call has once it has ended. */
  private get findings(): Record<string, unknown> {
    const seconds = this.startedAt && this.endedAt ? (this.endedAt.getTime() - this.startedAt.getTime()) / 1000 : 0;
    const isTalk = this.startedAt !== null && this.endedReason !== 'voicemail';
    return {
      cost: Math.round(seconds * DOLLARS_PER_SECOND * 10_000) / 10_000 + (this.startedAt ? 0.01 : 0),
      artifact: { ...(isTalk ? this.talk() : { messages: [] }), ...(this.isRecorded ? this.recordings() : {}) },
      analysis: isTalk ? this.terms.analysis : {},
    };
  }

  /** The addresses of the store are told, and closed to everybody. */
  private recordings(): Record<string, unknown> {
    const combinedUrl = `${this.terms.apiUrl}/store/${this.terms.id}-closed.wav`;
    return { recordingUrl: combinedUrl, recording: { mono: { combinedUrl } } };
  }

  private talk(): Record<string, unknown> {
    const startMs = this.startedAt?.getTime() ?? 0;
    const said = (role: string, message: string, secondsFromStart: number) => {
      const time = startMs + secondsFromStart * 1000;
      return { role, message, time, endTime: time + 800, secondsFromStart };
    };
    const messages = [
      said('system', 'What the agent is to do.', 0),
      said('bot', this.terms.body.assistant?.firstMessage ?? 'Good day.', 0.6),
      said('user', 'Yes, who is there?', 2.4),
      { role: 'tool_calls', toolCalls: [{}], message: '', time: startMs + 4_000, secondsFromStart: 4 },
    ];
    return { messages, transcript: 'AI: Good day.\nUser: Yes, who is there?\n' };
  }

  private answer(): void {
    this.startedAt = this.terms.now();
    this.become('in-progress');
  }

  private become(status: VapiCallStatus): void {
    this.status = status;
    this.tellStatus();
  }

  private tellStatus(): void {
    const { status, endedReason } = this;
    this.tell({ type: 'status-update', status, ...(endedReason === null ? {} : { endedReason }) });
  }

  /** Adds a message. The call in it is as it was created; only the subject of the message is up to date. */
  private tell(message: ServerMessage): void {
    const { id, body } = this.terms;
    if (!body.assistant?.serverMessages?.includes(message.type)) return;
    const { orgId, name, createdAt, phoneNumberId, customer, assistant } = this.resource();
    const call = { id, orgId, name, createdAt, updatedAt: createdAt, phoneNumberId, customer, assistant };
    const at = this.endedAt ?? this.terms.now();
    this.messages.push({ timestamp: at.getTime(), ...message, call, customer, assistant });
  }
}

import { fingerprint } from '#rules/values/seeded-random.js';
import type { CarrierLog } from '../../../apps/carrier/src/carrier-log.js';
import type { CreateReply, CreateRequest } from './create-replies.js';
import { FakeCall } from './fake-call.js';
import type { FakeTwilioOptions } from './fake-twilio-options.js';

export interface LoggedCreate {
  readonly dialerJobId: string;
  readonly to: string;
  /** Null: no call was made. */
  readonly callSid: string | null;
  readonly twiml: string;
}

/** Names of the answers in the log of `apps/carrier`. */
const LOGGED_ANSWERS = { accept: 'accepted', refuse: null, lose: 'lost', hang: 'hang', fail: '503' } as const;

/** All create requests that ever came, and the calls that were made for them. */
export class CallBook {
  readonly creates: LoggedCreate[] = [];
  private readonly calls = new Map<string, FakeCall>();
  private readonly requestsTo = new Map<string, number>();

  constructor(
    private readonly options: FakeTwilioOptions & { readonly now: () => Date },
    private readonly log: CarrierLog,
  ) {}

  request(form: URLSearchParams): CreateRequest {
    const to = form.get('To') ?? '';
    const earlier = this.requestsTo.get(to) ?? 0;
    this.requestsTo.set(to, earlier + 1);
    return { to, earlier };
  }

  /** Notes the request, and makes the call unless it is rejected. */
  enter(form: URLSearchParams, request: CreateRequest, reply: CreateReply, apiUrl: string): FakeCall | null {
    const dialerJobId = dialerJobIdOf(form);
    const call = reply.kind === 'refuse' ? null : this.make(form, { dialerJobId, request, apiUrl });
    const callSid = call?.terms.sid ?? null;
    this.creates.push({ dialerJobId, to: request.to, callSid, twiml: form.get('Twiml') ?? '' });
    this.log.write('create', {
      dialer_job_id: dialerJobId,
      to: request.to,
      call_id: callSid,
      verdict: verdictOf(reply),
      answer: LOGGED_ANSWERS[reply.kind],
    });
    return call;
  }

  /** The calls that can be found by now, newest first. */
  visible(): FakeCall[] {
    return [...this.calls.values()].filter((call) => this.isVisible(call)).toReversed();
  }

  find(sid: string): FakeCall | undefined {
    const call = this.calls.get(sid);
    return call && this.isVisible(call) ? call : undefined;
  }

  of(dialerJobId: string): FakeCall[] {
    return [...this.calls.values()].filter((call) => call.terms.dialerJobId === dialerJobId);
  }

  resource(call: FakeCall): Readonly<Record<string, unknown>> {
    const { now, pricedAfterMs = 0 } = this.options;
    const waitMs = typeof pricedAfterMs === 'number' ? pricedAfterMs : pricedAfterMs();
    return call.resource(call.endedAt !== null && now().getTime() - call.endedAt.getTime() >= waitMs);
  }

  private make(
    form: URLSearchParams,
    { dialerJobId, request, apiUrl }: { dialerJobId: string; request: CreateRequest; apiUrl: string },
  ): FakeCall {
    const { accountSid, now } = this.options;
    const id = fingerprint(dialerJobId, String(this.creates.length)) + fingerprint(request.to, String(request.earlier));
    const terms = { sid: `CA${id}`, recordingSid: `RE${id}`, accountSid, apiUrl, form, dialerJobId, now };
    const call = new FakeCall(terms, {
      note: (kind, facts) => this.log.write(kind, { ...facts, to: request.to }),
      report: (one, report) => this.options.onReport?.(one, report),
    });
    this.calls.set(terms.sid, call);
    return call;
  }

  private isVisible({ createdAt }: FakeCall): boolean {
    const { now, visibleAfterMs = 0 } = this.options;
    return now().getTime() - createdAt.getTime() >= visibleAfterMs;
  }
}

function verdictOf(reply: CreateReply): string {
  if (reply.kind !== 'refuse') return 'taken';
  return reply.status === 429 ? 'throttled' : 'rejected';
}

/** Ours, which Twilio does not know as such: in the TwiML, or in the callback's address. */
function dialerJobIdOf(form: URLSearchParams): string {
  const inTwiml = /name="dialer_job_id" value="([^"]+)"/.exec(form.get('Twiml') ?? '')?.[1];
  const inUrl = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(form.get('StatusCallback') ?? '')?.[0];
  return inTwiml ?? inUrl ?? '';
}

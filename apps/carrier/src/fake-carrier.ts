import type { SimulatorConfig } from '#config/telephony-config.js';
import type { CallReport } from '#rules/call/call-report.js';
import { fingerprint } from '#rules/values/seeded-random.js';
import type { CreateCallBody } from '#telephony/carrier/carrier-wire.js';
import { callTerms, toProviderCallId, type CallTerms } from '#telephony/simulator/call/call-terms.js';
import { hangUpAt } from '#telephony/simulator/call/hang-up.js';
import { LiveCalls, type ReportListener } from '#telephony/simulator/call/live-calls.js';
import { latencyOfAccepted, receive, type SimulatedCall } from '#telephony/simulator/call/simulated-call.js';
import { snapshotAt } from '#telephony/simulator/call/snapshot.js';
import { SYSTEM_TIMERS } from '#telephony/simulator/call/timers.js';
import type { HangupResult, ListedCall } from '#telephony/port/telephony-provider.js';
import type { CarrierLog } from './carrier-log.js';
import { DialingLog } from './dialing-log.js';

/** Answer to a create request, and its delay. */
export type Verdict =
  | {
      readonly kind: 'taken';
      readonly callId: string;
      readonly answer: 'accepted' | 'lost' | 'hang' | '503';
      readonly afterMs: number;
    }
  | { readonly kind: 'rejected'; readonly code: string }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  | { readonly kind: 'too_late' };

const MOST_CALLS = 100_000;

/** Simulated telephone network. It remembers its calls, and obeys a request as often as it arrives. */
export class FakeCarrier {
  private readonly live = new LiveCalls(() => new Date(), SYSTEM_TIMERS);
  private readonly calls = new Map<string, SimulatedCall>();
  private readonly byJob = new Map<string, string[]>();
  /** Number of each call, by the call's key. */
  private readonly dialed = new Map<string, string>();
  private readonly dialing: DialingLog;

  constructor(
    private readonly config: SimulatorConfig,
    private readonly log: CarrierLog,
  ) {
    this.dialing = new DialingLog(log);
  }

  create(body: CreateCallBody): Verdict {
    const verdict = this.judge(body);
    const { dialer_job_id, to } = body;
    const call_id = verdict.kind === 'taken' ? verdict.callId : null;
    const answer = verdict.kind === 'taken' ? verdict.answer : null;
    this.log.write('create', { dialer_job_id, to, call_id, verdict: verdict.kind, answer });
    return verdict;
  }

  /** Places a call. A second request for a job is a second call: sending it only once is up to the engine. */
  private judge(body: CreateCallBody): Verdict {
    if (Date.now() > Date.parse(body.valid_until)) return { kind: 'too_late' };
    const earlier = this.byJob.get(body.dialer_job_id) ?? [];
    const reception = receive(this.config, {
      dialerJobId: body.dialer_job_id,
      terms: this.terms(body, earlier.length),
      briefing: {
        systemPrompt: body.agent.system_prompt,
        firstMessage: body.agent.first_message,
        firstName: body.person.first_name,
      },
    });
    if (reception.kind !== 'taken') return reception;
    const { call } = reception;
    const callId = toProviderCallId(call.terms);
    this.remember(callId, call, earlier);
    this.dialed.set(call.terms.key, body.to);
    if (call.faults.isEarly) this.live.announce(call);
    this.live.follow(call);
    this.dialing.follow(callId, body.to, call);
    const { create } = call.faults;
    const answer = create === null || create === '429' ? 'accepted' : create;
    return { kind: 'taken', callId, answer, afterMs: latencyOfAccepted(this.config, call) };
  }

  /** Returns undefined if no such call was ever accepted. */
  find({ callId, dialerJobId }: { callId: string | null; dialerJobId: string | null }): SimulatedCall | undefined {
    const id = callId ?? (dialerJobId === null ? undefined : this.byJob.get(dialerJobId)?.[0]);
    return id === undefined ? undefined : this.calls.get(id);
  }

  /** Lists all calls that were placed since a time. */
  since(time: Date): ListedCall[] {
    const placed = [...this.calls.values()].filter(({ terms }) => terms.placedAtMs >= time.getTime());
    return placed.flatMap((call) => {
      const to = this.dialed.get(call.terms.key);
      if (to === undefined) return [];
      const createdAt = new Date(call.terms.placedAtMs);
      return { to, from: null, createdAt, dialerJobId: call.dialerJobId, report: this.snapshot(call) };
    });
  }

  snapshot(call: SimulatedCall): CallReport {
    return snapshotAt(call, this.live.ageMs(call));
  }

  hangUp(call: SimulatedCall): HangupResult {
    const callId = toProviderCallId(call.terms);
    const atMs = this.live.ageMs(call);
    this.log.write('hangup', { dialer_job_id: call.dialerJobId, call_id: callId });
    if (atMs >= call.script.endsAtMs) return 'already_ended';
    const ended = { ...call, script: hangUpAt(call.script, atMs) };
    this.calls.set(callId, ended);
    this.live.follow(ended, atMs);
    this.dialing.end(callId, ended);
    return 'hung_up';
  }

  /** @returns a function that stops listening, and all calls with it. */
  listen(listener: ReportListener): () => void {
    const stop = this.live.listen(listener);
    return () => {
      stop();
      this.dialing.close();
    };
  }

  /** Makes the terms of a call. Its time starts when the request arrives, by the carrier's clock. */
  private terms(body: CreateCallBody, earlier: number): CallTerms {
    const attempt = { dialerJobId: body.dialer_job_id, to: body.to, attempt: body.attempt, placedAt: new Date() };
    const limits = { ringTimeoutSeconds: body.ring_timeout_seconds, maxCallSeconds: body.max_call_seconds };
    const terms = callTerms(this.config, attempt, limits);
    return { ...terms, key: fingerprint(this.config.seed, body.dialer_job_id, body.to, String(earlier)) };
  }

  private remember(callId: string, call: SimulatedCall, earlier: readonly string[]): void {
    this.calls.set(callId, call);
    this.byJob.set(call.dialerJobId, [...earlier, callId]);
    const [oldest] = this.calls;
    if (this.calls.size <= MOST_CALLS || !oldest) return;
    this.calls.delete(oldest[0]);
    this.byJob.delete(oldest[1].dialerJobId);
    this.dialed.delete(oldest[1].terms.key);
  }
}

import type { CallStep } from '../provider-lab.js';
import { answeredByReport, recordingReport, rfc2822, statusReport, type CallbackReport } from './call-reports.js';

export type TwilioCallStatus =
  'queued' | 'ringing' | 'in-progress' | 'completed' | 'busy' | 'no-answer' | 'failed' | 'canceled';

export interface FakeCallTerms {
  readonly sid: string;
  readonly recordingSid: string;
  readonly accountSid: string;
  /** Address of the fake itself. */
  readonly apiUrl: string;
  /** The create request. */
  readonly form: URLSearchParams;
  readonly dialerJobId: string;
  readonly now: () => Date;
}

/** Names of the events of a call in the log of `apps/carrier`. */
type LoggedEvent = 'ringing' | 'answered' | 'ended';

export interface CallObserver {
  note(kind: LoggedEvent, facts: Record<string, unknown>): void;
  report(call: FakeCall, report: CallbackReport): void;
}

const LIVE: ReadonlySet<TwilioCallStatus> = new Set(['queued', 'ringing', 'in-progress']);
const PRICE_PER_MINUTE = 0.014;

/** A call on Twilio's side: its state, its resource and its reports. */
export class FakeCall {
  readonly createdAt: Date;
  /** Reports so far, oldest first. */
  readonly reports: CallbackReport[] = [];
  status: TwilioCallStatus = 'queued';
  answeredBy: string | null = null;
  startedAt: Date | null = null;
  endedAt: Date | null = null;
  private updatedAt: Date;

  constructor(
    readonly terms: FakeCallTerms,
    private readonly observer: CallObserver,
  ) {
    this.createdAt = terms.now();
    this.updatedAt = this.createdAt;
    this.report('initiated', 'initiated');
  }

  get isLive(): boolean {
    return LIVE.has(this.status);
  }

  get isRecorded(): boolean {
    return this.status === 'completed' && this.startedAt !== null && this.terms.form.get('Record') === 'true';
  }

  get seconds(): number {
    const { startedAt, endedAt } = this;
    return startedAt && endedAt ? Math.round((endedAt.getTime() - startedAt.getTime()) / 1000) : 0;
  }

  /** Does nothing to a call that has ended. */
  step(step: CallStep): void {
    if (!this.isLive) return;
    switch (step) {
      case 'ring':
        return this.ring();
      case 'answer':
        return this.answer('human');
      case 'voicemail':
        return this.answer('machine_start');
      case 'complete':
        return this.end('completed', '200');
      case 'busy':
        return this.end('busy', '486');
      case 'no_answer':
        return this.end('no-answer', '487');
      case 'fail':
        return this.end('failed', '503');
    }
  }

  end(status: TwilioCallStatus, sipCode?: string): void {
    this.endedAt = this.terms.now();
    this.status = status;
    this.observer.note('ended', { ...this.noted, status, answered_by: this.answeredBy });
    this.report('completed', status, sipCode);
    const { form } = this.terms;
    const url = form.get('RecordingStatusCallback');
    if (this.isRecorded && url) this.tell(recordingReport(this, url));
  }

  /** Returns the call as the API shows it. The price comes some time after the end. */
  resource(isPriced: boolean): Readonly<Record<string, unknown>> {
    const { sid, accountSid, form } = this.terms;
    const uri = `/2010-04-01/Accounts/${accountSid}/Calls/${sid}`;
    return {
      sid,
      account_sid: accountSid,
      parent_call_sid: null,
      to: form.get('To'),
      to_formatted: form.get('To'),
      from: form.get('From'),
      from_formatted: form.get('From'),
      phone_number_sid: null,
      status: this.status,
      direction: 'outbound-api',
      answered_by: this.answeredBy,
      date_created: rfc2822(this.createdAt),
      date_updated: rfc2822(this.updatedAt),
      start_time: this.startedAt && rfc2822(this.startedAt),
      end_time: this.endedAt && rfc2822(this.endedAt),
      duration: this.status === 'completed' ? String(this.seconds) : null,
      price: isPriced && this.status === 'completed' ? `-${this.price()}` : null,
      price_unit: 'USD',
      api_version: '2010-04-01',
      queue_time: '0',
      uri: `${uri}.json`,
      subresource_uris: { recordings: `${uri}/Recordings.json` },
    };
  }

  recording(): Readonly<Record<string, unknown>> {
    const { sid, recordingSid, accountSid } = this.terms;
    const ended = rfc2822(this.endedAt ?? this.createdAt);
    return {
      sid: recordingSid,
      call_sid: sid,
      account_sid: accountSid,
      api_version: '2010-04-01',
      status: 'completed',
      source: 'OutboundAPI',
      channels: 1,
      track: 'both',
      duration: String(this.seconds),
      date_created: ended,
      date_updated: ended,
      start_time: rfc2822(this.startedAt ?? this.createdAt),
      error_code: null,
      uri: `/2010-04-01/Accounts/${accountSid}/Calls/${sid}/Recordings/${recordingSid}.json`,
    };
  }

  private get noted(): Record<string, unknown> {
    return { dialer_job_id: this.terms.dialerJobId, call_id: this.terms.sid };
  }

  private ring(): void {
    this.status = 'ringing';
    this.observer.note('ringing', this.noted);
    this.report('ringing', 'ringing');
  }

  private answer(answeredBy: string): void {
    this.startedAt = this.terms.now();
    this.status = 'in-progress';
    this.observer.note('answered', this.noted);
    this.report('answered', 'in-progress');
    const { form } = this.terms;
    if (!form.has('MachineDetection')) return;
    this.answeredBy = answeredBy;
    const url = form.get('AsyncAmdStatusCallback');
    if (url) this.tell(answeredByReport(this, url));
  }

  private report(event: string, status: string, sipCode?: string): void {
    this.updatedAt = this.terms.now();
    const { form } = this.terms;
    const url = form.get('StatusCallback');
    const wanted = form.has('StatusCallbackEvent') ? form.getAll('StatusCallbackEvent') : ['completed'];
    if (url && wanted.includes(event)) this.tell(statusReport(this, { event, url, status, sipCode }));
  }

  private tell(report: CallbackReport): void {
    this.reports.push(report);
    this.observer.report(this, report);
  }

  private price(): string {
    return (Math.max(1, Math.ceil(this.seconds / 60)) * PRICE_PER_MINUTE).toFixed(5);
  }
}

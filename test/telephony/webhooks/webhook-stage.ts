import type { Environment } from '#config/settings.js';
import { TcpProxy } from '../../chaos/tcp-proxy.js';
import { addAttempt, furnishCampaign } from '../../support/furnished-campaign.js';
import { startApi, type RunningApi } from '../../support/running-api.js';
import { testConfig } from '../../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';
import type { CallStep } from '../provider-lab.js';
import type { CallbackReport } from '../twilio/call-reports.js';
import { twilioSettings } from '../system/settings.js';
import { signedCallback, type SignedCallback } from '../twilio/signed-webhook.js';
import { ACCOUNT, makeTwilioLab, type TwilioLab } from '../twilio/twilio-lab.js';

/** Address of the installation as Twilio sees it; a reverse proxy listens there. */
export const PUBLIC_URL = 'https://dialer.example';

const NUMBERS_OF_A_CAMPAIGN = 4;

/** Whole answer to a provider webhook: nothing internal may show in it. */
export interface CallbackReply {
  readonly status: number;
  readonly body: string;
}

/** A live call, at Twilio and in Outdial's database. */
export interface LiveCall {
  readonly jobId: string;
  readonly callId: string;
  readonly leadId: string;
  readonly campaignId: string;
  /** @returns what Twilio has to tell of it after these steps, in the order in which it happened. */
  tell(...steps: CallStep[]): CallbackReport[];
}

/** The real API for Twilio, with a connection to its database that can be cut. */
export class CallbackStage {
  private numbers = 0;

  private constructor(
    readonly database: TestDatabase,
    readonly wire: TcpProxy,
    readonly lab: TwilioLab,
    readonly api: RunningApi,
    readonly environment: Environment,
  ) {}

  static async set(): Promise<CallbackStage> {
    const database = await createTestDatabase();
    const url = new URL(database.url);
    const wire = await TcpProxy.listen(Number(url.port));
    url.port = String(wire.port);
    url.hostname = '127.0.0.1';
    const lab = await makeTwilioLab();
    const environment = { TELEPHONY_PROVIDER: 'twilio', ...twilioSettings(lab.fake.url), PUBLIC_URL };
    return new CallbackStage(database, wire, lab, await startApi(testConfig(url.href, environment)), environment);
  }

  async call(): Promise<LiveCall> {
    const { id, waiting } = await furnishCampaign(this.database, { provider: 'twilio', from: this.numbers });
    this.numbers += NUMBERS_OF_A_CAMPAIGN;
    const facts = { provider: 'twilio', job: 'active', call: 'initiated', lead: 'in_progress' };
    const attempt = await addAttempt(this.database, waiting.leadId, facts);
    const request = { ...this.lab.request(0), dialerJobId: attempt.jobId, webhookUrl: urlOf(attempt.jobId) };
    const placed = await this.lab.provider.placeCall(request, AbortSignal.timeout(5_000));
    if (placed.kind !== 'accepted') throw new Error(`The call was not placed: ${placed.kind}`);
    await this.database.query('UPDATE calls SET provider_call_id = $2 WHERE id = $1', [
      attempt.callId,
      placed.providerCallId,
    ]);
    return { ...attempt, campaignId: id, tell: (...steps) => this.told(attempt.jobId, steps) };
  }

  /** Posts like Twilio to the path that it signed, through a proxy that changes the host. */
  async post({ url, headers, body }: SignedCallback): Promise<CallbackReply> {
    const path = url.startsWith(PUBLIC_URL) ? url.slice(PUBLIC_URL.length) : new URL(url).pathname;
    const response = await fetch(`${this.api.client.origin}${path}`, { method: 'POST', headers, body });
    return { status: response.status, body: await response.text() };
  }

  send(report: Omit<CallbackReport, 'event'>): Promise<CallbackReply> {
    return this.post(signed(report));
  }

  /** Reads everything that a provider webhook may change. */
  async rows(): Promise<unknown> {
    const tables = ['campaigns', 'leads', 'dialer_jobs', 'calls', 'call_reports', 'conversations', 'recordings'];
    const ofTables = tables.map((table) => this.database.query(`SELECT * FROM ${table} ORDER BY 1, 2`));
    return Promise.all([...ofTables, this.kept()]);
  }

  kept(): Promise<{ provider: string; dialer_job_id: string; body: string; problem: string }[]> {
    return this.database.query(
      'SELECT provider, dialer_job_id, body, problem FROM provider_webhooks ORDER BY received_at, id',
    );
  }

  async isSomebodyWaiting(): Promise<boolean> {
    const [row] = await this.database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return row!.n > 0;
  }

  async close(): Promise<void> {
    await this.api.close();
    await this.wire.close();
    await this.database.drop();
    await this.lab.close();
  }

  private told(jobId: string, steps: readonly CallStep[]): CallbackReport[] {
    const [call] = this.lab.fake.book.of(jobId);
    for (const step of steps) call?.step(step);
    return call?.reports ?? [];
  }
}

export function urlOf(dialerJobId: string, provider = 'twilio'): string {
  return `${PUBLIC_URL}/api/v1/telephony/${provider}/callbacks/${dialerJobId}`;
}

export function signed(report: Omit<CallbackReport, 'event'>): SignedCallback {
  return signedCallback(report, ACCOUNT.authToken);
}

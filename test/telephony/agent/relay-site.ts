import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AddressInfo } from 'node:net';
import { DataSource } from 'typeorm';
import { ChatModel } from '#agent/chat-model.js';
import { Database } from '#database/connection/database.js';
import { CallRecorder } from '#dialer/record/call-recorder.js';
import { Concluder } from '#dialer/sweep/concluder.js';
import type { CallReport } from '#rules/call/call-report.js';
import { createApp } from '../../../apps/api/src/create-app.js';
import { furnishCampaign, type Attempt, type FurnishedCampaign } from '../../support/furnished-campaign.js';
import { testConfig } from '../../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';
import { twilioSettings } from '../system/settings.js';
import { answer, ChatServer } from './chat-server.js';
import { AUTH_TOKEN, CALL_SID, PUBLIC_URL, TwilioCaller } from './twilio-caller.js';

/** Verdict of a model that finds no particular outcome of a conversation. */
const NOTHING = { summary: 'They talked.', opt_out: false, goal_reached: false, callback_requested_at: null };

export function verdict(differing: Partial<Record<keyof typeof NOTHING, unknown>> = {}): ReturnType<typeof answer> {
  return answer(JSON.stringify({ ...NOTHING, ...differing }));
}

/**
 * Runs the API over a real database with a Twilio call in progress. The model is reached over HTTP; concluders are made
 * on request.
 */
export class RelaySite {
  private readonly apps: NestFastifyApplication[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly chat: ChatServer,
    readonly campaign: FurnishedCampaign,
  ) {}

  static async open(): Promise<RelaySite> {
    const database = await createTestDatabase();
    const site = new RelaySite(
      database,
      await ChatServer.start(),
      await furnishCampaign(database, { provider: 'twilio' }),
    );
    await database.query(`UPDATE campaigns SET first_message = 'Good morning.'`);
    await database.query('UPDATE calls SET is_relayed = true, provider_call_id = $2 WHERE id = $1', [
      site.call.callId,
      CALL_SID,
    ]);
    await site.startApi();
    return site;
  }

  async close(): Promise<void> {
    for (const app of this.apps) await app.close();
    await this.chat.close();
    await this.database.drop();
  }

  /** Attempt whose call is in progress. */
  get call(): Attempt {
    return this.campaign.talking;
  }

  /** Starts one more API; later calls go to the one that was started last. */
  async startApi(): Promise<NestFastifyApplication> {
    const app = await createApp(
      testConfig(this.database.url, {
        TELEPHONY_PROVIDER: 'twilio',
        ...twilioSettings('http://127.0.0.1:1'),
        TWILIO_AUTH_TOKEN: AUTH_TOKEN,
        PUBLIC_URL,
        LLM_API_URL: this.chat.url,
        LLM_MODEL: 'm-1',
      }),
    );
    await app.listen(0, '127.0.0.1');
    this.apps.push(app);
    return app;
  }

  get app(): NestFastifyApplication {
    return this.apps.at(-1)!;
  }

  get port(): number {
    return (this.app.getHttpServer().address() as AddressInfo).port;
  }

  async ring(): Promise<TwilioCaller> {
    const caller = await TwilioCaller.connect(this.port, { jobId: this.call.jobId });
    if (typeof caller === 'number') throw new Error(`the handshake was answered ${caller}`);
    caller.setUp();
    return caller;
  }

  /** Database as a worker uses it: its statements are for all tenants. */
  get engine(): Database {
    return new Database(this.app.get(DataSource));
  }

  /** Creates a concluder that finds out what conversations came to. */
  concluder(): Concluder {
    const model = new ChatModel({ url: this.chat.url, apiKey: null, model: 'm-1' });
    return new Concluder(this.engine, this.app.get(CallRecorder), model);
  }

  /** Concludes what is due, as far as it can be. The second try concludes what was being written during the first. */
  async conclude(): Promise<void> {
    const concluder = this.concluder();
    await concluder.concludeDue();
    await concluder.settled();
    await concluder.concludeDue();
    await concluder.settled();
  }

  /** Concludes conversations as if their time had come. */
  async concludeLater(): Promise<void> {
    await this.database.query('UPDATE conversations SET conclude_at = now() WHERE conclude_at IS NOT NULL');
    await this.conclude();
  }

  /** Twilio reports on the call. */
  async report(facts: Partial<CallReport>): Promise<void> {
    await this.app.get(CallRecorder).record({
      reportKey: `status:${facts.status ?? 'none'}`,
      dialerJobId: this.call.jobId,
      providerCallId: CALL_SID,
      occurredAt: new Date(),
      ...facts,
    });
  }

  complete(facts: Partial<CallReport> = {}): Promise<void> {
    return this.report({ status: 'completed', endReason: 'completed', ...facts });
  }

  /** The call, its person and its conversation. */
  async told(): Promise<Record<string, unknown>> {
    const [row] = await this.database.query<Record<string, unknown>>(
      `SELECT c.status, c.outcome, c.end_reason, c.summary, c.transcript, l.status AS lead, k.breaker_faults AS faults,
         v.status AS conversation, v.session_end, v.conclude_at IS NOT NULL AS is_to_be_asked,
         jsonb_array_length(v.messages) AS turns
       FROM calls c JOIN leads l ON l.id = c.lead_id JOIN campaigns k ON k.id = c.campaign_id
         LEFT JOIN conversations v ON v.call_id = c.id
       WHERE c.id = $1`,
      [this.call.callId],
    );
    return row ?? {};
  }
}

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ChatModel } from '#agent/chat-model.js';
import { SYSTEM_CLOCK } from '#agent/clock.js';
import { PHRASES } from '#agent/relay-session.js';
import { Database } from '#database/database.js';
import { keepConversation } from '#database/statements/keep-conversation.js';
import { CallRecorder } from '#dialer/call-recorder.js';
import { createApp } from '../../../apps/api/src/create-app.js';
import { serveRelay } from '../../../apps/api/src/telephony/relay-endpoint.js';
import { furnishCampaign, type FurnishedCampaign } from '../../harness/furnished-campaign.js';
import { testConfig } from '../../harness/test-config.js';
import { createTestDatabase, type TestDatabase } from '../../harness/test-database.js';
import { until } from '../../harness/until.js';
import { answer, ChatServer, say } from './chat-server.js';
import { AUTH_TOKEN, PUBLIC_URL, TwilioLine } from './twilio-line.js';

describe('A conversation over ConversationRelay, in the API', () => {
  let database: TestDatabase;
  let chat: ChatServer;
  let app: NestFastifyApplication;
  let campaign: FurnishedCampaign;

  beforeEach(async () => {
    database = await createTestDatabase();
    chat = await ChatServer.start();
    campaign = await furnishCampaign(database, { provider: 'twilio' });
    app = await createApp(testConfig(database.url));
    await serveRelay(app.getHttpAdapter().getInstance(), {
      model: new ChatModel({ url: chat.url, apiKey: null, model: 'm-1' }),
      clock: SYSTEM_CLOCK,
      collaborators: {
        findAgent: async () => ({ systemPrompt: 'Ask.', firstMessage: 'Good morning.', startedAt: null }),
        keepTurns: (dialerJobId, turns, isOver) => keepConversation(app.get(Database), { dialerJobId, turns, isOver }),
        conclude: (event) => app.get(CallRecorder).record(event),
      },
      publicUrl: PUBLIC_URL,
      authToken: async () => AUTH_TOKEN,
      silenceSeconds: 10,
      phrases: PHRASES,
      mostSockets: 10,
    });
    await app.listen(0, '127.0.0.1');
  });

  afterEach(async () => {
    await app.close();
    await chat.close();
    await database.drop();
  });

  const port = () => (app.getHttpServer().address() as AddressInfo).port;

  async function ring(): Promise<TwilioLine> {
    const line = await TwilioLine.connect(port(), { jobId: campaign.talking.jobId });
    if (typeof line === 'number') throw new Error(`the handshake was answered ${line}`);
    line.setUp();
    return line;
  }

  async function stored(): Promise<{ status: string; turns: number } | undefined> {
    const [row] = await database.query<{ status: string; turns: number }>(
      'SELECT status, jsonb_array_length(messages) AS turns FROM conversations WHERE call_id = $1',
      [campaign.talking.callId],
    );
    return row;
  }

  async function call(): Promise<Record<string, unknown>> {
    const [row] = await database.query(
      `SELECT c.status, c.outcome, c.summary, c.transcript, l.status AS lead FROM calls c JOIN leads l ON l.id = c.lead_id WHERE c.id = $1`,
      [campaign.talking.callId],
    );
    return row ?? {};
  }

  it('is in the database while the call is live, and settles the call with what it came to', async () => {
    chat.will(
      say('I will see to that.'),
      answer('{"summary":"They want no more calls.","opt_out":true,"goal_reached":false,"callback_requested_at":null}'),
    );
    const line = await ring();
    line.person('Never call me again.');
    await line.hearEnd();
    await until('three turns are kept', async () => (await stored())?.turns === 3);
    expect(await stored()).toEqual({ status: 'in_progress', turns: 3 });
    line.hangUp();
    await until('it is concluded', async () => (await call())['outcome'] === 'opt_out');
    await until('it is complete', async () => (await stored())?.status === 'completed');
    await app.get(CallRecorder).record({
      eventKey: 'status:completed',
      dialerJobId: campaign.talking.jobId,
      providerCallId: null,
      occurredAt: new Date(),
      status: 'completed',
    });
    expect(await call()).toEqual({
      status: 'completed',
      outcome: 'opt_out',
      summary: 'They want no more calls.',
      transcript: 'Agent: Good morning.\nPerson: Never call me again.\nAgent: I will see to that.',
      lead: 'suppressed',
    });
    expect(await database.query('SELECT source FROM dnc_entries')).toEqual([{ source: 'opt_out' }]);
  });

  it('corrects the call when it comes to an end after it', async () => {
    chat.will(
      say('Done.'),
      answer('{"summary":"They renewed.","opt_out":false,"goal_reached":true,"callback_requested_at":null}'),
    );
    const line = await ring();
    line.person('Yes, please.');
    await line.hearEnd();
    await app.get(CallRecorder).record({
      eventKey: 'status:completed',
      dialerJobId: campaign.talking.jobId,
      providerCallId: null,
      occurredAt: new Date(),
      status: 'completed',
    });
    expect(await call()).toMatchObject({ outcome: 'reached' });
    line.hangUp();
    await until('it is corrected', async () => (await call())['outcome'] === 'goal_reached');
  });

  it('is written down before the database is let go', async () => {
    chat.will(
      say('Yes?'),
      answer('{"summary":"They talked.","opt_out":false,"goal_reached":false,"callback_requested_at":null}'),
    );
    const line = await ring();
    line.person('Hello?');
    await line.hearEnd();
    await app.close();
    expect(await call()).toMatchObject({ summary: 'They talked.' });
    expect(await stored()).toEqual({ status: 'completed', turns: 3 });
  });

  it('leaves other routes as they are, but for a handshake, which comes to nothing', async () => {
    expect((await fetch(`http://127.0.0.1:${port()}/livez`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port()}/api/v1/campaigns`)).status).toBe(401);
    for (const path of ['/livez', '/api/v1/campaigns', '/docs', '/nowhere']) await shakeHandsInVain(path);
  });

  /** Resolves when the connection is closed. */
  function shakeHandsInVain(path: string): Promise<void> {
    const socket = new WebSocket(`ws://127.0.0.1:${port()}${path}`);
    return new Promise((resolve, reject) => {
      socket.on('message', () => reject(new Error('somebody speaks')));
      socket.on('unexpected-response', (_request, response) => response.resume().on('close', resolve));
      socket.on('close', () => resolve());
      socket.on('error', reject);
    });
  }
});

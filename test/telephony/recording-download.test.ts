import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { addAttempt } from '../support/furnished-campaign.js';
import { createCampaign, dramaNumber, newAdmin, startApi, type RunningApi } from '../support/running-api.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';
import { ACCOUNT } from './twilio/twilio-lab.js';

const RECORDING_SID = `RE${'0'.repeat(32)}`;
/** Half of the recording. */
const HALF = 'half';

describe('A recording', () => {
  let twilio: Server;
  let answer: (response: ServerResponse) => unknown;
  let database: TestDatabase;
  let api: RunningApi;
  let client: ApiClient;
  let callId: string;

  beforeEach(async () => {
    twilio = createServer((_request, response) => answer(response)).listen(0, '127.0.0.1');
    await once(twilio, 'listening');
    const url = `http://127.0.0.1:${(twilio.address() as AddressInfo).port}`;
    database = await createTestDatabase();
    api = await startApi(
      testConfig(database.url, {
        TELEPHONY_PROVIDER: 'twilio',
        PUBLIC_URL: 'http://127.0.0.1:3000',
        TWILIO_ACCOUNT_SID: ACCOUNT.accountSid,
        TWILIO_AUTH_TOKEN: ACCOUNT.authToken,
        TWILIO_FROM: dramaNumber(999),
        TWILIO_API_URL: url,
      }),
    );
    client = await newAdmin(api.client);
    callId = await recordedCall(`${url}/2010-04-01/Accounts/${ACCOUNT.accountSid}/Recordings/${RECORDING_SID}`);
  });
  afterEach(async () => {
    await api.close();
    twilio.close().closeAllConnections();
    await database.drop();
  });

  const recordedCall = async (sourceUrl: string) => {
    const { id } = await createCampaign(client);
    await client.post(`/campaigns/${id}/contacts`, { phone_number: dramaNumber(0) });
    const [lead] = await database.query<{ id: string }>('SELECT id FROM leads');
    const facts = { provider: 'twilio', job: 'succeeded', call: 'completed', lead: 'completed', outcome: 'reached' };
    const attempt = await addAttempt(database, lead!.id, facts);
    await database.query(
      `INSERT INTO recordings (tenant_id, call_id, provider, source_url) SELECT tenant_id, id, provider, $1 FROM calls`,
      [sourceUrl],
    );
    return attempt.callId;
  };
  const download = (signal?: AbortSignal) =>
    fetch(`${client.origin}/api/v1/calls/${callId}/recording`, {
      headers: { authorization: `Bearer ${client.token}` },
      signal,
    });

  it('is handed on while it comes', async () => {
    let finish = (): void => undefined;
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'audio/x-wav', 'content-length': 2 * HALF.length }).write(HALF);
      finish = () => response.end(HALF);
    };
    const response = await download();
    const facts = ['content-type', 'content-length'].map((name) => response.headers.get(name));
    expect([response.status, ...facts]).toEqual([200, 'audio/x-wav', '8']);
    finish();
    expect(await response.text()).toBe(HALF + HALF);
  });

  it('that breaks off is not taken for a whole one', async () => {
    let breakOff = (): void => undefined;
    answer = (response) => {
      response.write(HALF);
      breakOff = () => response.destroy();
    };
    const response = await download();
    expect([response.status, response.headers.get('content-length')]).toEqual([200, null]);
    breakOff();
    await expect(response.text()).rejects.toThrow('terminated');
    expect((await client.get('/campaigns')).status).toBe(200);
  });

  it('is read no longer once its listener has gone', async () => {
    let isLetGo = false;
    answer = (response) => {
      response.write(HALF);
      response.on('close', () => (isLetGo = true));
    };
    const leaving = new AbortController();
    await download(leaving.signal);
    expect(isLetGo).toBe(false);
    leaving.abort();
    await until('it is let go', async () => isLetGo);
  });

  it('of which Twilio gives out the head alone is unavailable', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-length': 10 }).flushHeaders();
      response.socket?.end();
    };
    const response = await download();
    expect([response.status, await response.json()]).toMatchObject([503, { code: 'recording_unavailable' }]);
  });

  it.each([
    [404, 404, 'recording_not_found'],
    [500, 503, 'recording_unavailable'],
    [401, 503, 'recording_unavailable'],
  ])('of which Twilio says %i is answered with %i', async (told, status, code) => {
    answer = (response) => response.writeHead(told).end('{}');
    const response = await download();
    expect([response.status, await response.json()]).toMatchObject([status, { code }]);
  });
});

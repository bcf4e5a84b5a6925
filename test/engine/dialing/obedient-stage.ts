import type { INestApplicationContext } from '@nestjs/common';
import type { QueryResultRow as Row } from 'pg';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { Sweeper } from '#dialer/sweep/sweeper.js';
import type { CallStatus } from '#rules/call/call-status.js';
import type { PlaceCallRequest } from '#telephony/port/telephony-provider.js';
import type { ApiClient } from '../../support/api-client.js';
import { eventOf, ObedientCarrier } from '../../support/obedient-carrier.js';
import type { RunningRedis } from '../../support/redis-server.js';
import { newAdmin, type RunningApi } from '../../support/running-api.js';
import type { TestDatabase } from '../../support/test-database.js';
import { until } from '../../support/until.js';
import { campaignOf, clearStage, setStage, type QueueBackend, type Stage } from './stage.js';

/**
 * A stage with an obedient carrier, set before the tests of a `describe`, closed after them, and cleared before each.
 * @param clear SQL that clears the database.
 */
export function useObedientStage(backend: QueueBackend, clear?: string): ObedientStage {
  return useStage(new ObedientStage(backend, clear));
}

/** Sets, clears and closes a stage as `useObedientStage` does. */
export function useStage<Kind extends ObedientStage>(stage: Kind): Kind {
  beforeAll(() => stage.set());
  afterAll(() => stage.close());
  beforeEach(() => stage.clear());
  return stage;
}

/** A stage that answers questions of tests, and whose carrier does as they say. */
export class ObedientStage implements Stage {
  readonly carrier = new ObedientCarrier();
  private stage: Stage | undefined;
  private ownClient: ApiClient | undefined;

  constructor(
    private readonly backend: QueueBackend,
    private readonly clearing = 'DELETE FROM campaigns',
  ) {}

  async set(): Promise<void> {
    this.stage = await setStage(this.backend, this.carrier);
  }

  async clear(): Promise<void> {
    await clearStage(this.database, this.clearing);
    this.carrier.requests.length = 0;
    this.carrier.hangUps.length = 0;
    this.carrier.answer = (request) => this.carrier.accept(request);
    this.carrier.lookup = () => ({ kind: 'not_found', isFinal: false });
  }

  async close(): Promise<void> {
    await this.stage?.close();
  }

  get database(): TestDatabase {
    return this.whole.database;
  }

  get api(): RunningApi {
    return this.whole.api;
  }

  get worker(): INestApplicationContext {
    return this.whole.worker;
  }

  get client(): ApiClient {
    return this.ownClient ?? this.whole.client;
  }

  /** Registers a new tenant, so that a test finds no limit, list or consent of the one before. */
  async changeTenant(): Promise<void> {
    this.ownClient = await newAdmin(this.api.client);
  }

  get redis(): RunningRedis | null {
    return this.whole.redis;
  }

  jobs(): Promise<Row[]> {
    return this.database.query(`SELECT * FROM dialer_jobs ORDER BY created_at, id`);
  }

  leads(): Promise<Row[]> {
    return this.database.query(`SELECT * FROM leads ORDER BY phone_number`);
  }

  /** The row of the only lead. */
  async lead(): Promise<Row> {
    return (await this.leads())[0]!;
  }

  /** The row of the only call, if there is one. */
  async call(): Promise<Row | undefined> {
    return (await this.database.query(`SELECT * FROM calls`))[0];
  }

  async statusOf(campaignId: string): Promise<string> {
    return (await campaignOf(this, campaignId)).status;
  }

  async diagnosisOf(campaignId: string) {
    return (await this.client.get(`/campaigns/${campaignId}/diagnostics`)).body;
  }

  becomes(campaignId: string, status: string): Promise<true> {
    return until(`the campaign is ${status}`, async () => (await this.statusOf(campaignId)) === status);
  }

  /** Waits until the carrier has been asked for so many calls. */
  dialed(count: number): Promise<readonly PlaceCallRequest[]> {
    const { requests } = this.carrier;
    return until(`${count} calls are asked for`, async () => requests.length >= count && requests);
  }

  jobIn(status: string): Promise<Row> {
    return until(`the dialer job is ${status}`, async () =>
      (await this.jobs()).find((job) => job['status'] === status),
    );
  }

  nothingLive(): Promise<true> {
    return until('no dialer job is live', async () => (await this.jobs()).every((job) => job['check_at'] === null));
  }

  /** Has the carrier report this status of every call that it was asked for. */
  endAll(status: CallStatus): void {
    for (const { dialerJobId } of this.carrier.requests) this.carrier.report(eventOf(dialerJobId, status));
  }

  /** Has the sweeper look at every live dialer job, as if its time had come. */
  async sweepNow(): Promise<void> {
    await this.database.query(
      `UPDATE dialer_jobs SET check_at = now() - interval '1 second' WHERE id IN (
        SELECT id FROM dialer_jobs WHERE check_at IS NOT NULL ORDER BY id FOR UPDATE)`,
    );
    await this.worker.get(Sweeper).sweep();
  }

  private get whole(): Stage {
    if (this.stage === undefined) throw new Error('The stage is asked before its tests begin.');
    return this.stage;
  }
}

import { Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Config } from '#config/config.js';
import { armFailpoints, NO_FAILPOINTS, parseFailpoints } from '#config/failpoints.js';
import { DatabaseModule } from '#database/database.module.js';
import { operatorRules } from '#dialer/campaigns/operator-rules.js';
import { DialerModule } from '#dialer/dialer.module.js';
import { ContactImport } from '#dialer/imports/contact-import.js';
import { DncImport } from '#dialer/imports/dnc-import.js';
import { ImportRunner } from '#dialer/imports/import-runner.js';
import { ImportsModule } from '#dialer/imports/imports.module.js';
import { routeOf } from '#dialer/routes/call-route.js';
import { PeopleModule } from '#dialer/people/people.module.js';
import { personHashFrom } from '#dialer/people/person-hash.js';
import { QueueModule } from '#queue/queue.module.js';
import type { ApiClient } from './api-client.js';
import { ObedientCarrier } from './obedient-carrier.js';
import { register, startApi, type RunningApi } from './running-api.js';
import { testConfig } from './test-config.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

/**
 * Ways of working an import off. `cut`: the worker fails at every border between two rows, before and after the commit.
 */
export type Way = 'dry' | 'whole' | 'cut';

export interface ImportView {
  readonly id: string;
  readonly status: string;
  readonly problem_code: string | null;
  readonly problem: string | null;
  readonly rows_read: number;
  readonly rows_left_out: number;
  readonly not_listed: number;
  readonly created: number;
  readonly suppressed: number;
  readonly invalid: number;
  readonly duplicate_in_file: number;
  readonly duplicate_existing: number;
  readonly found: Findings | null;
}

export interface Findings {
  readonly mapping: Readonly<Record<string, string | readonly string[]>>;
  readonly delimiter: string;
  readonly encoding: string;
  readonly do_not_call_columns?: readonly string[];
  readonly extensions?: number;
  readonly telephone_columns?: readonly string[];
  readonly unread_columns?: readonly string[];
}

/** A row of `rows.csv`. */
export interface NamedRow {
  readonly row: number;
  readonly verdict: string;
  readonly reason: string;
}

export interface WorkedOff {
  readonly done: ImportView;
  /** Times that a worker has taken it up. */
  readonly tries: number;
}

export interface Tenant {
  readonly id: string;
  /** Speaks as its admin. */
  readonly client: ApiClient;
}

export interface SentFile {
  readonly path: string;
  readonly bytes: Buffer;
  readonly query: Readonly<Record<string, string>>;
}

/** Fails after every commit, and before every second one; passes are counted over all tries of an import. */
const CUTS = 'import.committed:throw:*1,import.stored:throw:*2';

/** More than any file here needs: it has few rows, and each takes two tries. */
const MOST_TRIES = 100;

@Module({})
class Engine {}

/** Runs the API, and the part of a worker that works off imports. Each step happens when a test asks for it. */
export class ImportContext {
  private constructor(
    readonly database: TestDatabase,
    private readonly api: RunningApi,
    private readonly engine: INestApplicationContext,
  ) {}

  static async open(): Promise<ImportContext> {
    const database = await createTestDatabase();
    const config = testConfig(database.url);
    return new ImportContext(database, await startApi(config), await startEngine(config));
  }

  /** A part of the worker, for tests that look at it or change it. */
  part<Part>(type: Type<Part>): Part {
    return this.engine.get<Part>(type, { strict: false });
  }

  async newTenant(): Promise<Tenant> {
    const { access_token: token, user } = await register(this.api.client);
    return { id: user.tenant_id, client: this.api.client.as(token) };
  }

  async close(): Promise<void> {
    armFailpoints(NO_FAILPOINTS);
    await this.engine.close();
    await this.api.close();
    await this.database.drop();
  }

  /** Sends a file and works it off until it has come to its end, or waits for a person. */
  async import(client: ApiClient, file: SentFile, way: Way): Promise<WorkedOff> {
    const sent = await this.send(client, { ...file, query: { ...file.query, dry_run: `${way === 'dry'}` } });
    const tries = await this.workOff(sent.id, way);
    return { done: await this.look(client, sent.id), tries };
  }

  /** Reads the import as the API shows it. */
  async look(client: ApiClient, importId: string): Promise<ImportView> {
    return (await client.get<{ import: ImportView }>(`/imports/${importId}`)).body.import;
  }

  /** Sends a file, which waits for a worker then. */
  async send(client: ApiClient, { path, bytes, query }: SentFile): Promise<ImportView> {
    const search = new URLSearchParams(query);
    const response = await fetch(`${client.origin}/api/v1${path}?${search.toString()}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${client.token}`, 'content-type': 'text/csv' },
      body: bytes,
    });
    const body = (await response.json()) as { import: ImportView };
    if (response.status !== 202) throw new Error(`The import was answered ${response.status}: ${JSON.stringify(body)}`);
    return body.import;
  }

  /** The rows that the import names. */
  rowsOf(importId: string): Promise<NamedRow[]> {
    return this.database.query<NamedRow>(
      'SELECT row, verdict, reason FROM import_rows WHERE import_id = $1 ORDER BY row',
      [importId],
    );
  }

  /** @returns how often the import was taken up. */
  private async workOff(importId: string, way: Way): Promise<number> {
    const together = way === 'cut' ? 1 : 2_000;
    for (const kind of [ContactImport, DncImport])
      Object.assign(this.engine.get<object>(kind, { strict: false }), { together });
    armFailpoints(way === 'cut' ? { armed: parseFailpoints(CUTS), logFile: null } : NO_FAILPOINTS);
    const runner = this.engine.get(ImportRunner, { strict: false });
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const ours = `UPDATE imports SET claimed_until = now() WHERE id = $1 AND status IN ('queued', 'running')
        RETURNING id`;
      if ((await this.database.query(ours, [importId])).length === 0) return tries;
      await runner.runNext('import context');
    }
    throw new Error(`Import ${importId} did not come to its end in ${MOST_TRIES} tries.`);
  }
}

function startEngine(config: Config): Promise<INestApplicationContext> {
  return NestFactory.createApplicationContext(
    {
      module: Engine,
      imports: [
        DatabaseModule.forRoot(config.databaseUrl!, { ...config, poolSize: 4, unnamed: 'engine', login: 'any' }),
        QueueModule.forRoot({ redisUrl: null, databaseUrl: config.databaseUrl! }, 'producer'),
        DialerModule.forRoot(new ObedientCarrier(), routeOf(config)),
        PeopleModule.forRoot(personHashFrom({ key: config.personHashKey, secret: config.authSecret! })),
        ImportsModule,
      ],
      providers: [operatorRules(config, { isWorker: true })],
    },
    { logger: ['error'], abortOnError: false },
  );
}

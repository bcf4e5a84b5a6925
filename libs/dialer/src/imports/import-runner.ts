import { Injectable, Logger } from '@nestjs/common';
import { setImmediate as breathe } from 'node:timers/promises';
import { reach } from '#config/failpoints.js';
import { foreignText } from '#runtime/foreign-text.js';
import { isDelimiter } from '#csv/delimiter.js';
import { MOST_LINES } from '#csv/line-records.js';
import { asInFile, columnsOf, type MappedField } from '#csv/mapping.js';
import { openTable, type Table, type TableRow } from '#csv/open-table.js';
import { TableProblem } from '#csv/table-problem.js';
import { isEncoding } from '#csv/text-encoding.js';
import { Database } from '#database/connection/database.js';
import { isServerAway } from '#database/connection/postgres-error.js';
import type { ImportFindings } from '#database/entities/import.entity.js';
import { failAbandonedUploads } from '#database/statements/imports/receive-import.js';
import {
  advanceImport,
  dropSpentChunks,
  endImport,
  giveImportBack,
  holdImport,
  letGoOfImport,
  noteFindings,
  takeImport,
  waitWithImport,
  type ImportEnd,
  type TakenImport,
} from '#database/statements/imports/run-import.js';
import { Dispatcher } from '../publish/dispatcher.js';
import { CountedWork } from '../tries/counted-work.js';
import { ContactLane } from './contact-import.js';
import { DncLane } from './dnc-import.js';
import { ImportFile } from './import-file.js';
import type { ChosenMapping, ImportLane, ReadRow, RowReader } from './import-kind.js';
import { ImportTurn, LostImport, TURN_TIMES, TurnOver } from './import-turn.js';
import { ImportUndo } from './import-undo.js';
import { variableFindings } from './variable-findings.js';

/** Without getting on by a single row in between. */
const MOST_TRIES = 5;

/** Rows that are read before others of this process have their turn. */
const ROWS_AT_A_STRETCH = 100;
const CHUNKS_TOGETHER = 32;

/** What ends an import that cannot go on. */
class ImportFailure extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Works off files in batches: each is one transaction that stores what can be stored, writes down what came of each
 * row, and moves the import on. A worker that dies leaves what is committed; the next one goes on after it.
 */
@Injectable()
export class ImportRunner {
  private readonly logger = new Logger('ImportRunner');
  private isStopped = false;
  private readonly times = TURN_TIMES;
  /** Undefined: as many as usual. */
  private readonly mostKept: number | undefined = undefined;
  private readonly mostLines = MOST_LINES;

  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    private readonly contacts: ContactLane,
    private readonly dnc: DncLane,
    private readonly undo: ImportUndo,
    private readonly counted: CountedWork,
  ) {}

  /** Works off one import, if there is one that nobody works on. @returns whether there was. */
  async runNext(holder: string): Promise<boolean> {
    await failAbandonedUploads(this.database);
    while ((await dropSpentChunks(this.database, CHUNKS_TOGETHER)) === CHUNKS_TOGETHER);
    const taken = await takeImport(this.database, holder);
    if (!taken) return false;
    const turn = new ImportTurn(this.database, taken, holder, this.times);
    try {
      await reach('import.taken');
      await this.run(taken, holder, turn);
    } finally {
      turn.end();
    }
    return true;
  }

  /** Makes an import that is under way be left to others at its present batch. */
  stop(): void {
    this.isStopped = true;
  }

  private async run(taken: TakenImport, holder: string, turn: ImportTurn): Promise<void> {
    const end = (how: ImportEnd) => endImport(this.database, { importId: taken.id, holder }, how);
    try {
      if (taken.tries > MOST_TRIES) throw await this.givenUp(taken);
      if (taken.status === 'undoing') await this.takeBack(taken, holder, turn);
      else await this.work(taken, holder, turn);
      await end({ status: taken.status === 'undoing' ? 'undone' : 'completed' });
    } catch (error) {
      if (error instanceof TurnOver) return giveImportBack(this.database, taken.id, holder);
      if (error instanceof LostImport) return this.leave(taken.id, holder);
      if (error instanceof TableProblem || error instanceof ImportFailure) {
        await end({ status: 'failed', problem: { code: error.code, message: messageFor(taken, error) } });
        return;
      }
      this.logger.warn(`Import ${taken.id} was interrupted and will be gone on with: ${foreignText(error)}`);
      await (isServerAway(error) ? waitWithImport : letGoOfImport)(this.database, taken.id, holder);
    }
  }

  /** Changes nothing where another process has taken the import over. */
  private leave(importId: string, holder: string): Promise<void> {
    return (this.isStopped ? giveImportBack : letGoOfImport)(this.database, importId, holder);
  }

  private async givenUp({ id, rows_read }: TakenImport): Promise<ImportFailure> {
    await this.counted.noteGivenUp('import', id);
    return new ImportFailure(
      'internal',
      `Something went wrong on our side, several times, after ${rows_read} rows: what was stored of them stays, the rest was given up.`,
    );
  }

  private async takeBack(taken: TakenImport, holder: string, turn: ImportTurn): Promise<void> {
    turn.begin();
    await this.undo.undo(taken, holder, () => this.isStopped || turn.hasEnded);
    if (this.isStopped) throw new LostImport();
    turn.requireGoingOn();
  }

  private async work(taken: TakenImport, holder: string, turn: ImportTurn): Promise<void> {
    const { delimiter, encoding } = taken.options;
    const lane = taken.kind === 'contacts' ? this.contacts : this.dnc;
    const file = new ImportFile(this.database, taken.id);
    const table = await openTable(file, {
      isForgiving: lane.isForgiving,
      delimiter: isDelimiter(delimiter) ? delimiter : null,
      encoding: isEncoding(encoding) ? encoding : null,
      named: namedHeaders(taken),
      mostLines: this.mostLines,
      onPiece: () => this.requireHeld(turn),
    });
    try {
      if (taken.kind === 'contacts') await this.workThrough(this.contacts, { taken, holder, turn, table, file });
      else await this.workThrough(this.dnc, { taken, holder, turn, table, file });
    } finally {
      table.close();
    }
  }

  /** While a batch is being stored, the next one is read. */
  private async workThrough<Row extends ReadRow>(lane: ImportLane<Row>, job: Job): Promise<void> {
    const { taken, table, turn } = job;
    const chosen = await this.chooseMapping(lane, job);
    const reader = await lane.reader(taken, table, chosen);
    const findings = new ChangingFindings(reader);
    const rowsBefore = taken.rows_read + (chosen.isHeadless ? 0 : 1);
    let storing: Promise<void> = Promise.resolve();
    try {
      for await (const batch of rowsOf(
        table,
        Math.min(lane.together, reader.together ?? Infinity),
        chosen.isHeadless,
      )) {
        const bytesRead = job.file.bytesRead;
        const rows = await readRows(
          batch.filter(({ row }) => row > rowsBefore),
          reader,
        );
        await storing;
        this.requireHeld(turn);
        turn.requireGoingOn();
        if (rows.length === 0) continue;
        turn.begin();
        storing = this.store(lane, job, { rows, bytesRead, found: findings.changed() });
        storing.catch(() => undefined);
      }
    } finally {
      // What was read before the file breaks off is in, whatever ends the import.
      await storing;
    }
  }

  private requireHeld(turn: ImportTurn): void {
    if (this.isStopped) throw new LostImport();
    turn.requireHeld();
  }

  private async chooseMapping(
    lane: Pick<ImportLane<ReadRow>, 'chooseMapping'>,
    { taken, table }: Job,
  ): Promise<ChosenMapping> {
    const { header, encoding, delimiter } = table;
    const sent = taken.options.mapping && asInFile(taken.options.mapping, header);
    const { problem, found, ...chosen } = await lane.chooseMapping(taken, table, sent);
    const isDoubtful = table.isEncodingDoubtful ? { is_encoding_doubtful: true } : {};
    const variables = variableFindings(taken.kind, header, chosen.mapping);
    const all = { header, mapping: chosen.mapping, encoding, delimiter, ...isDoubtful, ...variables, ...found };
    await noteFindings(this.database, taken.id, all);
    if (problem !== null) throw new ImportFailure(problem.code, problem.message);
    return chosen;
  }

  private async store<Row extends ReadRow>(
    lane: ImportLane<Row>,
    { taken, holder }: Job,
    { rows, bytesRead, found }: Batch<Row>,
  ): Promise<void> {
    await this.database.transaction(async (sql) => {
      const problem = await lane.hold(sql, taken, rows);
      if (!(await holdImport(sql, { importId: taken.id, holder, status: 'running' }))) throw new LostImport();
      if (problem) throw new ImportFailure(problem.code, problem.message);
      const judged = await lane.store(sql, taken, rows);
      await reach('import.stored');
      if (found) await noteFindings(sql, taken.id, found);
      await advanceImport(sql, { importId: taken.id, bytesRead, rows: judged, mostKept: this.mostKept });
    });
    await reach('import.committed');
    if (taken.campaign_id !== null && !taken.options.dry_run) void this.dispatcher.dispatch(taken.campaign_id);
  }
}

interface Batch<Row> {
  readonly rows: readonly Row[];
  readonly bytesRead: number;
  /** Findings since the batch before; null: none. */
  readonly found: Partial<ImportFindings> | null;
}

/** Findings of a reader, when they are not what they were. */
class ChangingFindings {
  private last = '';

  constructor(private readonly reader: RowReader<unknown>) {}

  changed(): Partial<ImportFindings> | null {
    const found = this.reader.findings?.() ?? null;
    const text = JSON.stringify(found);
    const isSame = text === this.last;
    this.last = text;
    return isSame ? null : found;
  }
}

/** The rows of a table, its first line among them where it is no header. */
async function* rowsOf(table: Table, together: number, isHeadless: boolean): AsyncGenerator<TableRow[]> {
  if (isHeadless) yield [{ row: 1, cells: table.firstCells, fault: null }];
  yield* table.rows(together);
}

/** Whoever takes a list for imported calls those who stand in its rest. */
function messageFor({ kind }: TakenImport, error: TableProblem | ImportFailure): string {
  if (kind === 'contacts' || error instanceof ImportFailure) return error.message;
  return `${error.message} Numbers in rows that were not read are NOT on the do-not-call list.`;
}

/** Headers of columns that the sender has named. */
function namedHeaders({ options }: TakenImport): string[] {
  const mapping = options.mapping ?? {};
  return (Object.keys(mapping) as MappedField[]).flatMap((field) => columnsOf(mapping, field));
}

interface Job {
  readonly taken: TakenImport;
  readonly holder: string;
  readonly turn: ImportTurn;
  readonly table: Table;
  readonly file: ImportFile;
}

/** Reading numbers takes its time: calls that this process places meanwhile must not wait for a whole batch. */
async function readRows<Row>(rows: readonly TableRow[], reader: RowReader<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for (const row of rows) {
    all.push(await reader.read(row));
    if (all.length % ROWS_AT_A_STRETCH === 0) await breathe();
  }
  return all;
}

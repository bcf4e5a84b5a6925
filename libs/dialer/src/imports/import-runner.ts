import { Injectable, Logger } from '@nestjs/common';
import { setImmediate as breathe } from 'node:timers/promises';
import { failpoint } from '#config/failpoints.js';
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
import { dropSpentChunks } from '#database/statements/imports/import-chunks.js';
import {
  advanceImport,
  endImport,
  giveImportBack,
  extendClaim,
  letGoOfImport,
  noteFindings,
  claimImport,
  waitWithImport,
  type ImportEnd,
  type ClaimedImport,
} from '#database/statements/imports/run-import.js';
import { Dispatcher } from '../publish/dispatcher.js';
import { CountedWork } from '../tries/counted-work.js';
import { ContactImport } from './contact-import.js';
import { DncImport } from './dnc-import.js';
import { ImportFile } from './import-file.js';
import { variableFindings, type ChosenMapping, type ImportKind, type ReadRow, type RowReader } from './import-kind.js';
import { ImportTurn, LostImport, TURN_TIMES, TurnOver } from './import-turn.js';
import { ImportUndo } from './import-undo.js';

/** Tries without progress by a single row, after which an import is given up. */
const MOST_TRIES = 5;

/** Rows that are read before other work of this process has its turn. */
const ROWS_AT_A_STRETCH = 100;
const CHUNKS_TOGETHER = 32;

/** Reason why an import cannot go on and fails. */
class ImportFailure extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Processes import files in batches. Each batch is one transaction that stores the rows and their verdicts, and
 * advances the import. If a worker dies, the next one resumes after the last batch.
 */
@Injectable()
export class ImportRunner {
  private readonly logger = new Logger('ImportRunner');
  private isStopped = false;
  private readonly times = TURN_TIMES;
  /** Undefined: the usual number. */
  private readonly mostKept: number | undefined = undefined;
  private readonly mostLines = MOST_LINES;

  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    private readonly contacts: ContactImport,
    private readonly dnc: DncImport,
    private readonly undo: ImportUndo,
    private readonly counted: CountedWork,
  ) {}

  /**
   * Processes one import that no worker has.
   * @returns false if there was none.
   */
  async runNext(holder: string): Promise<boolean> {
    await failAbandonedUploads(this.database);
    while ((await dropSpentChunks(this.database, CHUNKS_TOGETHER)) === CHUNKS_TOGETHER);
    const claimed = await claimImport(this.database, holder);
    if (!claimed) return false;
    const turn = new ImportTurn(this.database, claimed, holder, this.times);
    try {
      await failpoint('import.leased');
      await this.run(claimed, holder, turn);
    } finally {
      turn.end();
    }
    return true;
  }

  /** Stops a running import at its present batch. Another worker resumes it. */
  stop(): void {
    this.isStopped = true;
  }

  private async run(claimed: ClaimedImport, holder: string, turn: ImportTurn): Promise<void> {
    const end = (how: ImportEnd) => endImport(this.database, { importId: claimed.id, holder }, how);
    try {
      if (claimed.tries > MOST_TRIES) throw await this.givenUp(claimed);
      if (claimed.status === 'undoing') await this.requeue(claimed, holder, turn);
      else await this.work(claimed, holder, turn);
      await end({ status: claimed.status === 'undoing' ? 'undone' : 'completed' });
    } catch (error) {
      if (error instanceof TurnOver) return giveImportBack(this.database, claimed.id, holder);
      if (error instanceof LostImport) return this.leave(claimed.id, holder);
      if (error instanceof TableProblem || error instanceof ImportFailure) {
        await end({ status: 'failed', problem: { code: error.code, message: messageFor(claimed, error) } });
        return;
      }
      this.logger.warn('Import was interrupted; another worker will resume it', { import_id: claimed.id, err: error });
      await (isServerAway(error) ? waitWithImport : letGoOfImport)(this.database, claimed.id, holder);
    }
  }

  /** Releases an import. Changes nothing if another worker has claimed it meanwhile. */
  private leave(importId: string, holder: string): Promise<void> {
    return (this.isStopped ? giveImportBack : letGoOfImport)(this.database, importId, holder);
  }

  private async givenUp({ id, rows_read }: ClaimedImport): Promise<ImportFailure> {
    await this.counted.noteGivenUp('import', id);
    return new ImportFailure(
      'internal',
      `Something went wrong on our side, several times, after ${rows_read} rows: ` +
        'what was stored of them stays, the rest was given up.',
    );
  }

  private async requeue(claimed: ClaimedImport, holder: string, turn: ImportTurn): Promise<void> {
    turn.begin();
    await this.undo.undo(claimed, holder, () => this.isStopped || turn.hasEnded);
    if (this.isStopped) throw new LostImport();
    turn.requireGoingOn();
  }

  private async work(claimed: ClaimedImport, holder: string, turn: ImportTurn): Promise<void> {
    const { delimiter, encoding } = claimed.options;
    const kind = claimed.kind === 'contacts' ? this.contacts : this.dnc;
    const file = new ImportFile(this.database, claimed.id);
    const table = await openTable(file, {
      isForgiving: kind.isForgiving,
      delimiter: isDelimiter(delimiter) ? delimiter : null,
      encoding: isEncoding(encoding) ? encoding : null,
      named: namedHeaders(claimed),
      mostLines: this.mostLines,
      onPiece: () => this.requireClaim(turn),
    });
    try {
      if (claimed.kind === 'contacts') await this.workThrough(this.contacts, { claimed, holder, turn, table, file });
      else await this.workThrough(this.dnc, { claimed, holder, turn, table, file });
    } finally {
      table.close();
    }
  }

  /** Reads the next batch while a batch is being stored. */
  private async workThrough<Row extends ReadRow>(kind: ImportKind<Row>, job: Job): Promise<void> {
    const { claimed, table, turn } = job;
    const chosen = await this.chooseMapping(kind, job);
    const reader = await kind.reader(claimed, table, chosen);
    const findings = new ChangingFindings(reader);
    const rowsBefore = claimed.rows_read + (chosen.isHeadless ? 0 : 1);
    let storing: Promise<void> = Promise.resolve();
    try {
      for await (const batch of rowsOf(
        table,
        Math.min(kind.together, reader.together ?? Infinity),
        chosen.isHeadless,
      )) {
        const bytesRead = job.file.bytesRead;
        const rows = await readRows(
          batch.filter(({ row }) => row > rowsBefore),
          reader,
        );
        await storing;
        this.requireClaim(turn);
        turn.requireGoingOn();
        if (rows.length === 0) continue;
        turn.begin();
        storing = this.store(kind, job, { rows, bytesRead, found: findings.changed() });
        storing.catch(() => undefined);
      }
    } finally {
      // Stores what was read before the file broke off, whatever ends the import.
      await storing;
    }
  }

  private requireClaim(turn: ImportTurn): void {
    if (this.isStopped) throw new LostImport();
    turn.requireClaim();
  }

  private async chooseMapping(
    kind: Pick<ImportKind<ReadRow>, 'chooseMapping'>,
    { claimed, table }: Job,
  ): Promise<ChosenMapping> {
    const { header, encoding, delimiter } = table;
    const sent = claimed.options.mapping && asInFile(claimed.options.mapping, header);
    const { problem, found, ...chosen } = await kind.chooseMapping(claimed, table, sent);
    const isDoubtful = table.isEncodingDoubtful ? { is_encoding_doubtful: true } : {};
    const variables = variableFindings(claimed.kind, header, chosen.mapping);
    const all = { header, mapping: chosen.mapping, encoding, delimiter, ...isDoubtful, ...variables, ...found };
    await this.database.transaction((tx) => noteFindings(tx, claimed.id, all));
    if (problem !== null) throw new ImportFailure(problem.code, problem.message);
    return chosen;
  }

  private async store<Row extends ReadRow>(
    kind: ImportKind<Row>,
    { claimed, holder }: Job,
    { rows, bytesRead, found }: Batch<Row>,
  ): Promise<void> {
    await this.database.transaction(async (sql) => {
      const problem = await kind.lockForRows(sql, claimed, rows);
      if (!(await extendClaim(sql, { importId: claimed.id, holder, status: 'running' }))) throw new LostImport();
      if (problem) throw new ImportFailure(problem.code, problem.message);
      const judged = await kind.store(sql, claimed, rows);
      await failpoint('import.stored');
      if (found) await noteFindings(sql, claimed.id, found);
      await advanceImport(sql, { importId: claimed.id, bytesRead, rows: judged, mostKept: this.mostKept });
    });
    await failpoint('import.committed');
    if (claimed.campaign_id !== null && !claimed.options.dry_run) void this.dispatcher.dispatch(claimed.campaign_id);
  }
}

interface Batch<Row> {
  readonly rows: readonly Row[];
  readonly bytesRead: number;
  /** Findings since the batch before; null: there are none. */
  readonly found: Partial<ImportFindings> | null;
}

/** Returns the findings of a reader only if they have changed. */
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

/** Yields the rows of a table, with the first line if it is no header. */
async function* rowsOf(table: Table, together: number, isHeadless: boolean): AsyncGenerator<TableRow[]> {
  if (isHeadless) yield [{ row: 1, cells: table.firstCells, fault: null }];
  yield* table.rows(together);
}

/**
 * Returns the message of a failed import. For a do-not-call list it warns that the rest of the list is not imported.
 */
function messageFor({ kind }: ClaimedImport, error: TableProblem | ImportFailure): string {
  if (kind === 'contacts' || error instanceof ImportFailure) return error.message;
  return `${error.message} Numbers in rows that were not read are NOT on the do-not-call list.`;
}

/** Returns the headers of columns that the sender has named. */
function namedHeaders({ options }: ClaimedImport): string[] {
  const mapping = options.mapping ?? {};
  return (Object.keys(mapping) as MappedField[]).flatMap((field) => columnsOf(mapping, field));
}

interface Job {
  readonly claimed: ClaimedImport;
  readonly holder: string;
  readonly turn: ImportTurn;
  readonly table: Table;
  readonly file: ImportFile;
}

/** Reads rows with pauses, because calls that this process places must not wait for a whole batch. */
async function readRows<Row>(rows: readonly TableRow[], reader: RowReader<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for (const row of rows) {
    all.push(await reader.read(row));
    if (all.length % ROWS_AT_A_STRETCH === 0) await breathe();
  }
  return all;
}

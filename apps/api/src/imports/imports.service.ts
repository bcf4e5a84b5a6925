import { Injectable, type StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { EntityManager } from 'typeorm';
import { Database } from '#database/connection/database.js';
import { Import, type ImportOptions } from '#database/entities/import.entity.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { findCampaign } from '#database/statements/campaigns/campaigns.js';
import { findImport, listImports, refusedRows } from '#database/statements/imports/find-imports.js';
import { insertImport, type NewImport } from '#database/statements/imports/receive-import.js';
import { InvalidFields, DomainError } from '#rules/errors/domain-error.js';
import { ENDED_IMPORT_STATUSES, READING_IMPORT_STATUSES, type ImportStatus } from '#rules/lead/import-status.js';
import { requireDialable } from '#rules/campaign/dialing-time.js';
import { arriving } from '../server/arriving.js';
import { csvForm, type CsvQuery } from '../fields/csv-query.js';
import { csvFile } from '../http/export-file.js';
import { fieldsPipe } from '../fields/fields-pipe.js';
import { offsetOf } from '../fields/page-query.js';
import { formProblem, hasBoundary, rawFile, storableName, utf8Field, type Upload } from './file-body.js';
import { toImportView, toListedImport } from './import-view.js';
import {
  ContactImportQuery,
  DncImportQuery,
  type ImportsPage,
  type ImportsQuery,
  type ImportView,
} from './import.dto.js';
import { keepFile, noteBrokenUpload } from './upload.js';

type OptionsBody = ContactImportQuery | DncImportQuery;

interface OwnedImport {
  readonly tenantId: string;
  readonly importId: string;
}

interface KeptFile {
  readonly name: string | null;
  readonly fields: Record<string, unknown>;
}

const ROWS_TOGETHER = 2_000;
const ROW_COLUMNS = ['row', 'verdict', 'value', 'reason'];

@Injectable()
export class ImportsService {
  private readonly pipe = fieldsPipe();

  constructor(private readonly database: Database) {}

  /** Keeps the whole file of a request before it answers. A worker imports it. */
  async receive(request: FastifyRequest, wanted: NewImport, query: OptionsBody): Promise<ImportView> {
    await this.requireOpen(wanted);
    if (!rawFile(request) && !request.isMultipart()) {
      throw new InvalidFields([
        { field: 'body', message: 'must be a CSV file, or a form with one (multipart/form-data)' },
      ]);
    }
    if (request.isMultipart() && !hasBoundary(request)) {
      throw new InvalidFields([{ field: 'content-type', message: 'must say the boundary of the parts of the form' }]);
    }
    const importId = await this.database.transaction((sql) => insertImport(sql, wanted));
    if (importId === null) throw new DomainError('too_many_imports');
    const owned = { tenantId: wanted.tenantId, importId };
    try {
      const { name, fields } = await this.keep(request, owned);
      const options = await this.withFields(wanted, query, fields);
      await this.queue(owned, { ...options, file_name: options.file_name ?? name ?? undefined });
    } catch (error) {
      await noteBrokenUpload(this.database, importId, error);
      throw error;
    }
    return this.get(owned);
  }

  async get(owned: OwnedImport): Promise<ImportView> {
    const found = await findImport(this.database, owned);
    if (!found) throw new DomainError('import_not_found');
    return toImportView(found);
  }

  async list(tenantId: string, query: ImportsQuery): Promise<ImportsPage> {
    const { page, page_size, campaign_id } = query;
    const scope = { tenantId, campaignId: campaign_id ?? null };
    const wanted = { ...scope, limit: page_size, offset: offsetOf(query) };
    const { items, isFoundLeftOut, total } = await this.database.transaction((sql) => listImports(sql, wanted));
    const left_out: ImportsPage['left_out'] = isFoundLeftOut ? ['found'] : [];
    return { items: items.map((row) => toListedImport(row, isFoundLeftOut)), left_out, total, page, page_size };
  }

  /** Cancels an import that has not ended. The rows that it has stored stay; `undo` removes them. */
  async cancel(owned: OwnedImport): Promise<ImportView> {
    await this.database.transaction(async (tx) => {
      const { id, status } = await lockImport(tx.manager, owned);
      if (!CANCELABLE.has(status)) throw new DomainError('import_over', { current_status: status });
      const canceled = { status: 'canceled', holder: null, claimed_until: null, finished_at: () => 'now()' } as const;
      await tx.manager.update(Import, { id }, canceled);
      await recordAct(tx, owned.tenantId, { action: 'import.cancel', subject: id });
    });
    return this.get(owned);
  }

  /** Queues an import that has ended for a worker, which removes what it has added. */
  async undo(owned: OwnedImport): Promise<ImportView> {
    await this.database.transaction(async (tx) => {
      const { id, status, options, is_detailed } = await lockImport(tx.manager, owned);
      if (!UNDOABLE.has(status) || !is_detailed || options.dry_run)
        throw new DomainError('import_not_undoable', { current_status: status });
      const undoing = { status: 'undoing', claimed_until: () => 'now()', finished_at: null, tries: 0 } as const;
      await tx.manager.update(Import, { id }, undoing);
      await recordAct(tx, owned.tenantId, { action: 'import.undo', subject: id });
    });
    return this.get(owned);
  }

  /** Streams every row that was not created, as CSV, in batches. */
  async rowsFile(owned: OwnedImport, query: CsvQuery): Promise<StreamableFile> {
    await this.get(owned);
    const batches = this.rowBatches(owned.importId);
    return csvFile('rows', () => Promise.resolve({ columns: ROW_COLUMNS, batches }), csvForm(query));
  }

  private async *rowBatches(importId: string) {
    for (let after = 0; ;) {
      const rows = await refusedRows(this.database, { importId, after, limit: ROWS_TOGETHER });
      if (rows.length === 0) return;
      yield rows.map((row) => ({ ...row }));
      after = rows.at(-1)!.row;
    }
  }

  private async requireOpen({ tenantId, campaignId }: NewImport): Promise<void> {
    if (campaignId === null) return;
    const campaign = await findCampaign(this.database, { tenantId, campaignId });
    if (!campaign) throw new DomainError('campaign_not_found');
    requireDialable(campaign.status);
  }

  /** Stores the file. @returns its name, and the form's other fields. */
  private async keep(request: FastifyRequest, owned: OwnedImport): Promise<KeptFile> {
    const raw: Upload | null = rawFile(request);
    if (raw) {
      await keepFile(this.database, owned, raw.bytes);
      return { name: null, fields: {} };
    }
    return this.keepForm(request, owned);
  }

  private async keepForm(request: FastifyRequest, owned: OwnedImport): Promise<KeptFile> {
    const fields: Record<string, unknown> = {};
    let name: string | null = null;
    try {
      for await (const part of arriving(request.parts())) {
        if (part.type === 'field') {
          fields[part.fieldname] = utf8Field(part);
          continue;
        }
        await keepFile(this.database, owned, part.file);
        name = storableName(part.filename);
      }
    } catch (error) {
      throw formProblem(error) ?? error;
    }
    if (name === null) throw new InvalidFields([{ field: 'file', message: 'is required' }]);
    return { name, fields };
  }

  private async withFields(
    wanted: NewImport,
    query: OptionsBody,
    fields: Record<string, unknown>,
  ): Promise<OptionsBody> {
    if (Object.keys(fields).length === 0) return query;
    const metatype = wanted.kind === 'contacts' ? ContactImportQuery : DncImportQuery;
    const body = (await this.pipe.transform(fields, { type: 'body', metatype })) as OptionsBody;
    return { ...query, ...body };
  }

  /** Queues an import whose file is whole. @throws DomainError where it was canceled or failed meanwhile. */
  private async queue(owned: OwnedImport, { file_name, ...body }: OptionsBody) {
    const options: ImportOptions = {
      dry_run: body.dry_run === 'true',
      mapping: body.mapping ?? null,
      default_country: body.default_country ?? null,
      delimiter: body.delimiter === 'tab' ? '\t' : (body.delimiter ?? null),
      encoding: body.encoding ?? null,
      on_duplicate: body.on_duplicate ?? 'skip',
    };
    const queued = { status: 'queued', claimed_until: () => 'now()', file_name: file_name ?? null } as const;
    await this.database.transaction(async (tx) => {
      const waiting = { id: owned.importId, status: 'receiving' } as const;
      const { affected } = await tx.manager.update(Import, waiting, { ...queued, options });
      if (affected === 0) throw new DomainError('import_over');
      await recordAct(tx, owned.tenantId, { action: 'import.queue', subject: owned.importId, detail: { ...options } });
    });
  }
}

const CANCELABLE: ReadonlySet<ImportStatus> = new Set(READING_IMPORT_STATUSES);

const UNDOABLE: ReadonlySet<ImportStatus> = new Set(ENDED_IMPORT_STATUSES);

type LockedImport = Pick<Import, 'id' | 'status' | 'options' | 'is_detailed'>;

/** Locks an import against its worker, and returns it. @throws DomainError where the tenant has none. */
async function lockImport(manager: EntityManager, { tenantId, importId }: OwnedImport): Promise<LockedImport> {
  const found = await manager.findOne(Import, {
    select: { id: true, status: true, options: true, is_detailed: true },
    where: { tenant_id: tenantId, id: importId },
    lock: { mode: 'pessimistic_write' },
  });
  if (!found) throw new DomainError('import_not_found');
  return found;
}

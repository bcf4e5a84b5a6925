import { Injectable, type StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Database } from '#database/connection/database.js';
import type { ImportOptions } from '#database/entities/import.entity.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { findCampaign } from '#database/statements/campaigns/campaigns.js';
import {
  cancelImport,
  findImport,
  listImports,
  refusedRows,
  undoImport,
} from '#database/statements/imports/find-imports.js';
import { insertImport, queueImport, type NewImport } from '#database/statements/imports/receive-import.js';
import { InvalidFields, DomainError } from '#rules/errors/domain-error.js';
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

  /** Keeps the file of a request, whole, before it answers; a worker does the rest. */
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

  /** What is stored already stays; `undo` takes it back. */
  async cancel(owned: OwnedImport): Promise<ImportView> {
    await this.database.transaction(async (sql) => {
      const status = await cancelImport(sql, owned);
      if (status === undefined) throw new DomainError('import_not_found');
      if (!['receiving', 'queued', 'running'].includes(status))
        throw new DomainError('import_over', { current_status: status });
      await recordAct(sql, owned.tenantId, { action: 'import.cancel', subject: owned.importId });
    });
    return this.get(owned);
  }

  async undo(owned: OwnedImport): Promise<ImportView> {
    await this.database.transaction(async (sql) => {
      const before = await undoImport(sql, owned);
      if (!before) throw new DomainError('import_not_found');
      if (before.is_final || !['completed', 'failed', 'canceled'].includes(before.status)) {
        throw new DomainError('import_not_undoable', { current_status: before.status });
      }
      await recordAct(sql, owned.tenantId, { action: 'import.undo', subject: owned.importId });
    });
    return this.get(owned);
  }

  /** Every row that was not created, as CSV; memory does not grow with them. */
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

  /** @returns the file's name, and the form's other fields. */
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

  private async queue(owned: OwnedImport, { file_name, ...body }: OptionsBody) {
    const options: ImportOptions = {
      dry_run: body.dry_run === 'true',
      mapping: body.mapping ?? null,
      default_country: body.default_country ?? null,
      delimiter: body.delimiter === 'tab' ? '\t' : (body.delimiter ?? null),
      encoding: body.encoding ?? null,
      on_duplicate: body.on_duplicate ?? 'skip',
    };
    await this.database.transaction(async (sql) => {
      const isQueued = await queueImport(sql, { importId: owned.importId, fileName: file_name ?? null, options });
      if (!isQueued) throw new DomainError('import_over');
      await recordAct(sql, owned.tenantId, { action: 'import.queue', subject: owned.importId, detail: { ...options } });
    });
  }
}

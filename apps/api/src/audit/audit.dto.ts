import { ApiProperty } from '@nestjs/swagger';
import { AuditRecord, type AuditRow } from '#database/entities/audit-record.entity.js';
import { ACTOR_KINDS } from '#database/connection/actor.js';
import { ACTS, type ActName } from '#rules/access/act.js';
import { ChoiceField, NumberParameter, TextField } from '../fields/fields.js';
import { HasColumns } from '../fields/has-columns.js';
import { PageQuery, pageOf } from '../fields/page-query.js';

export class AuditQuery extends PageQuery {
  @ChoiceField({ choices: ACTS, optional: true, description: 'Only acts of this kind.' })
  action?: ActName;

  @TextField({ max: 255, optional: true, description: 'Only acts upon the row with this id.' })
  subject_id?: string;

  @NumberParameter({ optional: true, description: 'Only acts upon this person.' })
  phone_number?: string;
}

@HasColumns<AuditRow>(AuditRecord)
export class AuditRecordView {
  @ApiProperty({ type: 'integer', description: 'From 1, without gaps.', example: 17 })
  seq: number;

  @ApiProperty({ type: String, format: 'date-time' })
  at: Date;

  @ApiProperty({ enum: ACTOR_KINDS, example: 'user', description: '`operator`: at the command line.' })
  actor_kind: string;

  @ApiProperty({ type: String, nullable: true, description: "The user's id." })
  actor_id: string | null;

  @ApiProperty({ enum: ACTS, example: 'campaign.start' })
  action: string;

  @ApiProperty({ example: 'campaign' })
  subject_type: string;

  @ApiProperty({ type: String, nullable: true, description: 'Of a person: the keyed hash of the number.' })
  subject_id: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { status: 'running', pending: 500 } })
  detail: Record<string, unknown>;

  @ApiProperty({ type: String, nullable: true, example: '127.0.0.1' })
  ip: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'As in the log of requests.' })
  request_id: string | null;

  @ApiProperty({ description: 'SHA-256 over the record and the hash before it.' })
  hash: string;
}

export class AuditPage extends pageOf(AuditRecordView, { order: 'Newest first.', total: { example: 17 } }) {}

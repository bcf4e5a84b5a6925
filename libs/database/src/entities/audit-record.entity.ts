import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Actor } from '../connection/actor.js';
import type { Columns } from './columns.js';

/** Act with its actor, kind, and the row that it changed. Records are only added. Each hash covers the one before. */
@Entity('audit_log')
export class AuditRecord {
  @PrimaryColumn('varchar', { length: 255 })
  tenant_id: string;

  @PrimaryColumn('bigint')
  seq: string;

  @Column('timestamptz', { default: () => 'now()' })
  at: Date;

  @Column('varchar', { length: 50 })
  actor_kind: Actor['kind'];

  @Column('varchar', { length: 100, nullable: true })
  actor_id: string | null;

  @Column('varchar', { length: 100 })
  action: string;

  @Column('varchar', { length: 50 })
  subject_type: string;

  @Column('varchar', { length: 255, nullable: true })
  subject_id: string | null;

  @Column('jsonb', { default: {} })
  detail: Record<string, unknown>;

  @Column('varchar', { length: 45, nullable: true })
  ip: string | null;

  @Column('varchar', { length: 100, nullable: true })
  request_id: string | null;

  @Column('bytea')
  previous_hash: Buffer;

  @Column('bytea')
  hash: Buffer;
}

/** Columns of a record that the API shows. */
export type AuditRow = Omit<Columns<AuditRecord>, 'tenant_id' | 'previous_hash'>;

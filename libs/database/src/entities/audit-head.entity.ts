import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The present end of a tenant's chain of audit records. */
@Entity('audit_heads')
export class AuditHeadRow {
  @PrimaryColumn('varchar', { length: 255 })
  tenant_id: string;

  @Column('bigint', { default: 0 })
  seq: string;

  @Column('bytea', { default: () => `sha256('')` })
  hash: Buffer;
}

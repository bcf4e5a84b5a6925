import type { Scope } from '#rules/access/scope.js';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('api_keys')
export class ApiKey {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('varchar', { length: 255 })
  tenant_id: string;

  @Column('varchar', { length: 100 })
  name: string;

  /** SHA-256 of the whole key. */
  @Column('bytea')
  secret_hash: Buffer;

  /** The last characters of the key, by which users tell it from others. */
  @Column('varchar', { length: 10 })
  hint: string;

  @Column('jsonb')
  scopes: Scope[];

  @Column('uuid', { nullable: true })
  created_by: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  created_at: Date;

  @Column('timestamptz', { nullable: true })
  expires_at: Date | null;

  /** Time of the latest use, to the minute. */
  @Column('timestamptz', { nullable: true })
  last_used_at: Date | null;

  @Column('timestamptz', { nullable: true })
  revoked_at: Date | null;
}

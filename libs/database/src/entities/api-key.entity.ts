import type { Scope } from '#rules/access/scope.js';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Columns } from './columns.js';

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

  /** The time of the latest use, to the minute. */
  @Column('timestamptz', { nullable: true })
  last_used_at: Date | null;

  @Column('timestamptz', { nullable: true })
  revoked_at: Date | null;
}

/** Columns that the API shows nobody. */
export const API_KEY_HIDDEN_COLUMNS = ['tenant_id', 'secret_hash'] as const satisfies readonly (keyof ApiKey)[];

/** An API key as the API shows it. */
export type ApiKeyRow = Omit<Columns<ApiKey>, (typeof API_KEY_HIDDEN_COLUMNS)[number]>;

/** Columns of a new API key. */
export type NewApiKey = Omit<Columns<ApiKey>, 'id' | 'created_at' | 'last_used_at' | 'revoked_at'>;

/** Columns that a client sets. */
export type ApiKeyTerms = Omit<NewApiKey, 'tenant_id' | 'secret_hash' | 'hint' | 'created_by'>;

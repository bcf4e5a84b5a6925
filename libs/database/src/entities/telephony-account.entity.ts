import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Columns } from './columns.js';

@Entity('telephony_accounts')
export class TelephonyAccount {
  @PrimaryColumn('uuid')
  id: string;

  @Column('varchar', { length: 255 })
  tenant_id: string;

  @Column('varchar', { length: 100 })
  name: string;

  @Column('varchar', { length: 50 })
  provider: string;

  /** Sealed by `CredentialCipher`; null once the account is deleted. */
  @Column('text', { nullable: true })
  credentials: string | null;

  /** End of the account's id or key at the provider, which tells it from others. */
  @Column('varchar', { length: 10 })
  hint: string;

  @Column('timestamptz', { default: () => 'now()' })
  created_at: Date;

  @Column('timestamptz', { default: () => 'now()' })
  updated_at: Date;

  @Column('timestamptz', { nullable: true })
  deleted_at: Date | null;

  /** Calls that may be placed over it a second; null: the default of its provider. */
  @Column('integer', { nullable: true })
  calls_per_second: number | null;

  /** Countries that may be called over the account, or `*`; null: its tenant's default_country alone. */
  @Column('jsonb', { nullable: true })
  allowed_countries: string[] | null;
}

/** Columns that the API never shows. */
export const ACCOUNT_HIDDEN_COLUMNS = [
  'tenant_id',
  'credentials',
  'deleted_at',
] as const satisfies readonly (keyof TelephonyAccount)[];

/** An account as the API shows it. `hint` alone tells something about its credentials. */
export type TelephonyAccountRow = Omit<Columns<TelephonyAccount>, (typeof ACCOUNT_HIDDEN_COLUMNS)[number]>;

/** Columns that a tenant sets, beside the credentials: a body has a property for each of them. */
export type AccountTerms = Omit<TelephonyAccountRow, 'id' | 'provider' | 'hint' | 'created_at' | 'updated_at'>;

import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RoutePrompt } from '#rules/first-words/first-words.js';
import type { Acceptance, RestoreSign } from '#rules/restore/restore-signs.js';

/** One row: what holds for all tenants. */
@Entity('installation')
export class Installation {
  @PrimaryColumn('boolean', { default: true })
  is_only: boolean;

  /** Since when the kill switch of the whole installation is engaged. */
  @Column('timestamptz', { nullable: true })
  dialing_halted_at: Date | null;

  @Column('varchar', { length: 255, nullable: true })
  dialing_halted_reason: string | null;

  /**
   * Countries that may be called over the installation's own route, or `*`; null: no process has said so yet, and
   * nothing is called.
   */
  @Column('jsonb', { nullable: true })
  allowed_countries: string[] | null;

  /** Kinds of numbers that may be called though they are refused by default, over any route. */
  @Column('jsonb', { default: [] })
  allowed_number_kinds: string[];

  /** By which rules the numbers of `places` have been judged; null: by none. */
  @Column('varchar', { length: 50, nullable: true })
  number_rules: string | null;

  /** How often what may be called has changed … */
  @Column('integer', { default: 0 })
  settings_changes: number;

  /** … and after which change leads that waited for one have been asked again. */
  @Column('integer', { default: 0 })
  settings_answered: number;

  /** Default limit of each tenant; -1: unlimited. */
  @Column('integer', { default: -1 })
  tenant_minutes: number;

  @Column('integer', { default: -1 })
  tenant_concurrent_calls: number;

  @Column('integer', { default: -1 })
  tenant_calls_per_day: number;

  @Column('integer', { default: -1 })
  tenant_open_imports: number;

  @Column('bigint', { default: -1 })
  tenant_import_bytes: string;

  /** SHA-256 of the token with which the first account is made; null: there is none. */
  @Column('bytea', { nullable: true })
  setup_token_hash: Buffer | null;

  /** Key by which processes remember a database; every copy of it has the same. */
  @Column('uuid')
  id: string;

  /** Since when it is known that this database was restored from a backup. */
  @Column('timestamptz', { nullable: true })
  restored_at: Date | null;

  @Column('jsonb', { nullable: true })
  restore_signs: RestoreSign[] | null;

  /** When the providers were asked for the calls since the backup. */
  @Column('timestamptz', { nullable: true })
  restore_asked_at: Date | null;

  /** The operator's latest word that this database may go on. */
  @Column('jsonb', { nullable: true })
  acceptance: Acceptance | null;

  /** Lines for SUPPRESSION_LOG are kept. */
  @Column('boolean', { default: false })
  logs_suppressions: boolean;

  /** Tells the key that erased people are hashed with from any other; null: not written down yet. */
  @Column('bytea', { nullable: true })
  person_hash_check: Buffer | null;

  /** Words of the prompt that calls over the installation's own provider play; null: they say what they are told. */
  @Column('jsonb', { nullable: true })
  route_prompt: RoutePrompt | null;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RoutePrompt } from '#rules/first-words/first-words.js';
import type { Acceptance, RestoreSign } from '#rules/restore/restore-signs.js';

/** The one row with settings and state of the whole installation. */
@Entity('installation')
export class Installation {
  @PrimaryColumn('boolean', { default: true })
  is_only: boolean;

  /** Time at which the kill switch of the whole installation was engaged. */
  @Column('timestamptz', { nullable: true })
  dialing_halted_at: Date | null;

  @Column('varchar', { length: 255, nullable: true })
  dialing_halted_reason: string | null;

  /**
   * Countries that may be called over the installation's own route, or `*`. Null: no process has stated them, and
   * nothing is called.
   */
  @Column('jsonb', { nullable: true })
  allowed_countries: string[] | null;

  /** Kinds of numbers that may be called over any route although they are rejected by default. */
  @Column('jsonb', { default: [] })
  allowed_number_kinds: string[];

  /** Version of the rules that judged the numbers of `areas`; null: none. */
  @Column('varchar', { length: 50, nullable: true })
  number_rules: string | null;

  /** Number of changes of the operator's settings. */
  @Column('integer', { default: 0 })
  settings_changes: number;

  /** Number of the change after which waiting leads were asked again. */
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

  /** SHA-256 of the token that makes the first account; null: there is none. */
  @Column('bytea', { nullable: true })
  setup_token_hash: Buffer | null;

  /** Id by which processes remember a database. Every copy of it has the same. */
  @Column('uuid')
  id: string;

  /** Time at which the database was found to be restored from a backup. */
  @Column('timestamptz', { nullable: true })
  restored_at: Date | null;

  @Column('jsonb', { nullable: true })
  restore_signs: RestoreSign[] | null;

  /** Time at which the providers were asked for the calls since the backup. */
  @Column('timestamptz', { nullable: true })
  restore_asked_at: Date | null;

  /** The operator's latest acceptance of this database. */
  @Column('jsonb', { nullable: true })
  acceptance: Acceptance | null;

  /** True: lines for SUPPRESSION_LOG are stored. */
  @Column('boolean', { default: false })
  logs_suppressions: boolean;

  /** Identifies the key with which erased people are hashed; null: no process has stored it yet. */
  @Column('bytea', { nullable: true })
  person_hash_check: Buffer | null;

  /**
   * Words of the prompt that calls over the installation's own provider play. Null: the provider plays Outdial's words.
   */
  @Column('jsonb', { nullable: true })
  route_prompt: RoutePrompt | null;
}

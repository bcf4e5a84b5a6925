import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Columns } from './columns.js';

@Entity('caller_ids')
export class CallerId {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('varchar', { length: 255 })
  tenant_id: string;

  /** Null: a number of the provider of the environment. */
  @Column('uuid', { nullable: true })
  telephony_account_id: string | null;

  @Column('varchar', { length: 20 })
  phone_number: string;

  @Column('integer', { nullable: true })
  daily_cap: number | null;

  @Column('boolean', { default: true })
  is_active: boolean;

  /** The latest day (UTC) on which a call came from it, and how many did. */
  @Column('date', { nullable: true })
  used_on: string | null;

  @Column('integer', { default: 0 })
  used_calls: number;

  @Column('timestamptz', { default: () => 'now()' })
  created_at: Date;
}

/** Columns that the API does not show as they are. */
export const CALLER_ID_ENGINE_COLUMNS = [
  'tenant_id',
  'used_on',
  'used_calls',
] as const satisfies readonly (keyof CallerId)[];

/** Columns that the API shows, and that no edit of a caller id changes. */
export const CALLER_ID_FIXED_COLUMNS = [
  'id',
  'phone_number',
  'telephony_account_id',
  'created_at',
] as const satisfies readonly (keyof CallerId)[];

type ShownCallerId = Omit<Columns<CallerId>, (typeof CALLER_ID_ENGINE_COLUMNS)[number]>;

/** A caller id as the API shows it. */
export type CallerIdRow = ShownCallerId & { readonly calls_today: number };

/** What of a caller id can be changed: the body of an edit has a property for each of these columns. */
export type CallerIdTerms = Omit<ShownCallerId, (typeof CALLER_ID_FIXED_COLUMNS)[number]>;

import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Columns } from './columns.js';

@Entity('caller_ids')
export class CallerId {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('varchar', { length: 255 })
  tenant_id: string;

  /** Account that the number belongs to; null: the installation's own provider. */
  @Column('uuid', { nullable: true })
  telephony_account_id: string | null;

  @Column('varchar', { length: 20 })
  phone_number: string;

  @Column('integer', { nullable: true })
  daily_cap: number | null;

  @Column('boolean', { default: true })
  is_active: boolean;

  /** Latest day (UTC) on which it was called from. `used_calls` counts the calls of that day. */
  @Column('date', { nullable: true })
  used_on: string | null;

  @Column('integer', { default: 0 })
  used_calls: number;

  @Column('timestamptz', { default: () => 'now()' })
  created_at: Date;
}

/** Columns that the API does not show as stored. */
export const CALLER_ID_ENGINE_COLUMNS = [
  'tenant_id',
  'used_on',
  'used_calls',
] as const satisfies readonly (keyof CallerId)[];

/** Columns that the API shows, and that no edit of a caller id changes. */
type FixedColumn = 'id' | 'phone_number' | 'telephony_account_id' | 'created_at';

type ShownCallerId = Omit<Columns<CallerId>, (typeof CALLER_ID_ENGINE_COLUMNS)[number]>;

/** A caller id as the API shows it. */
export type CallerIdRow = ShownCallerId & { readonly calls_today: number };

/** Columns that an edit changes: its body has a property for each of them. */
export type CallerIdTerms = Omit<ShownCallerId, FixedColumn>;

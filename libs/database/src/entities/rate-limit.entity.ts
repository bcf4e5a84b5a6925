import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Its columns are rate-limiter-flexible's. */
@Entity('rate_limits')
export class RateLimitRow {
  @PrimaryColumn('varchar', { length: 255 })
  key: string;

  /** What was used up of the limit. */
  @Column('integer', { default: 0 })
  points: number;

  /** Milliseconds since 1970, when it begins anew. */
  @Column('bigint', { nullable: true })
  expire: string | null;
}

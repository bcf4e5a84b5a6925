import { Column, Entity, PrimaryColumn } from 'typeorm';

/** State of a rate limit, in the columns of rate-limiter-flexible. */
@Entity('rate_limits')
export class RateLimitRow {
  @PrimaryColumn('varchar', { length: 255 })
  key: string;

  /** Points used of the limit. */
  @Column('integer', { default: 0 })
  points: number;

  /** Time at which the limit starts anew, in milliseconds since 1970. */
  @Column('bigint', { nullable: true })
  expire: string | null;
}

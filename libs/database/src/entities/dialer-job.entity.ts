import type { DialerJobStatus } from '#rules/attempt/dialer-job-status.js';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('dialer_jobs')
export class DialerJob {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('varchar', { length: 255 })
  tenant_id: string;

  @Column('uuid')
  campaign_id: string;

  @Column('uuid')
  lead_id: string;

  @Column('varchar', { length: 20 })
  phone_number: string;

  @Column('varchar', { length: 50, default: 'queued' })
  status: DialerJobStatus;

  @Column('varchar', { length: 255, nullable: true })
  reason: string | null;

  @Column('integer', { default: 0 })
  publishes: number;

  @Column('integer', { default: 0 })
  lookups: number;

  @Column('timestamptz', { nullable: true })
  check_at: Date | null;

  @Column('timestamptz', { default: () => 'now()' })
  created_at: Date;

  @Column('timestamptz', { nullable: true })
  dialing_at: Date | null;

  @Column('timestamptz', { nullable: true })
  deadline_at: Date | null;

  @Column('timestamptz', { nullable: true })
  finished_at: Date | null;

  @Column('timestamptz', { nullable: true })
  hangup_requested_at: Date | null;

  /** Milliseconds for which sweepers have watched the job, by monotonic clocks. */
  @Column('integer', { default: 0 })
  watched_ms: number;
}

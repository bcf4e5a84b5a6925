import type { CampaignStatus, CampaignStatusReason } from '#rules/campaign-status.js';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('campaigns')
export class Campaign {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('varchar', { length: 255 })
  tenant_id: string;

  @Column('varchar', { length: 255 })
  name: string;

  @Column('text', { nullable: true })
  description: string | null;

  @Column('varchar', { length: 50, default: 'draft' })
  status: CampaignStatus;

  @Column('varchar', { length: 50, nullable: true })
  status_reason: CampaignStatusReason | null;

  @Column('text')
  system_prompt: string;

  @Column('varchar', { length: 100 })
  voice_id: string;

  @Column('text', { nullable: true })
  first_message: string | null;

  @Column('integer', { nullable: true, default: 10 })
  max_concurrent_calls: number;

  @Column('boolean', { nullable: true, default: true })
  retry_failed: boolean;

  @Column('integer', { nullable: true, default: 3 })
  max_retries: number;

  @Column('integer', { default: 30 })
  ring_timeout_seconds: number;

  @Column('integer', { default: 600 })
  max_call_seconds: number;

  @Column('char', { length: 2, nullable: true })
  default_country: string | null;

  @Column('timestamptz', { nullable: true, default: () => 'now()' })
  created_at: Date;

  @Column('timestamptz', { nullable: true })
  started_at: Date | null;

  @Column('timestamptz', { nullable: true })
  completed_at: Date | null;

  @Column('integer', { nullable: true, default: 0 })
  total_leads: number;

  @Column('integer', { nullable: true, default: 0 })
  calls_completed: number;

  @Column('integer', { nullable: true, default: 0 })
  calls_failed: number;

  @Column('timestamptz', { nullable: true, default: () => 'now()' })
  updated_at: Date;
}

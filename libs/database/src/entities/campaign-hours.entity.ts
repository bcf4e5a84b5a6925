import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { HoursGrounds } from '#rules/eligibility/call-decision.js';

/** The present or next opening of an area for a campaign. */
@Entity('campaign_hours')
export class CampaignHours {
  @PrimaryColumn('uuid')
  campaign_id: string;

  @PrimaryColumn('integer')
  area_id: number;

  @Column('timestamptz', { default: '-infinity' })
  opens_at: Date | number;

  @Column('timestamptz', { default: '-infinity' })
  closes_at: Date | number;

  @Column('jsonb', { nullable: true })
  grounds: HoursGrounds | null;
}

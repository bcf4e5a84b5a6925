import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { HoursGrounds } from '#rules/eligibility/call-decision.js';

/** When a campaign may call a place: the present opening or the next one. */
@Entity('campaign_hours')
export class CampaignHours {
  @PrimaryColumn('uuid')
  campaign_id: string;

  @PrimaryColumn('integer')
  place_id: number;

  @Column('timestamptz', { default: '-infinity' })
  opens_at: Date | number;

  @Column('timestamptz', { default: '-infinity' })
  closes_at: Date | number;

  @Column('jsonb', { nullable: true })
  grounds: HoursGrounds | null;
}

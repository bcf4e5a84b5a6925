import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('campaign_tallies')
export class CampaignTally {
  @PrimaryColumn('uuid')
  campaign_id: string;

  @PrimaryColumn('varchar', { length: 50 })
  subject: string;

  @PrimaryColumn('varchar', { length: 50 })
  status: string;

  @Column('bigint')
  n: string;
}

import { ApiProperty } from '@nestjs/swagger';
import {
  BLOCK_CODES,
  CAMPAIGN_ACTIVITIES,
  type BlockCode,
  type CampaignActivity,
} from '#rules/campaign/campaign-activity.js';
import {
  CAMPAIGN_STATUS_REASONS,
  CAMPAIGN_STATUSES,
  type CampaignStatus,
  type CampaignStatusReason,
} from '#rules/campaign/campaign-status.js';
import { LIVE_DIALER_JOB_STATUSES } from '#rules/attempt/dialer-job-status.js';

export class BlockView {
  @ApiProperty({ enum: BLOCK_CODES, example: 'slots_full' })
  code: BlockCode;

  @ApiProperty({ example: 'All 5 slots are occupied (max_concurrent_calls).' })
  detail: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  since: Date | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  until: Date | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Who wait for it; null where it concerns all.',
    example: null,
  })
  contacts: number | null;
}

export class SlotHolder {
  @ApiProperty({ format: 'uuid' })
  dialer_job_id: string;

  @ApiProperty({ format: 'uuid' })
  contact_id: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Null until it is committed to be dialed.',
  })
  call_id: string | null;

  @ApiProperty({ enum: LIVE_DIALER_JOB_STATUSES, example: 'active' })
  status: string;

  @ApiProperty({ type: String, nullable: true, example: 'in_progress' })
  call_status: string | null;

  @ApiProperty({ type: String, format: 'date-time', description: 'When the slot was occupied.' })
  since: Date;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'When it is looked at next, should nothing be heard before.',
  })
  next_check_at: Date;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'After ring timeout and longest conversation: then it is ended, whatever is known of it.',
  })
  deadline_at: Date | null;

  @ApiProperty({ description: 'It was asked to be hung up.', example: false })
  is_hangup_requested: boolean;
}

export class SlotsView {
  @ApiProperty({ type: 'integer', example: 5 })
  max: number;

  @ApiProperty({ type: 'integer', example: 5 })
  in_use: number;

  @ApiProperty({ type: [SlotHolder], description: 'The longest holders first, 200 at most.' })
  holders: SlotHolder[];
}

export class DiagnosticsAnswer {
  @ApiProperty({ format: 'uuid' })
  campaign_id: string;

  @ApiProperty({ enum: CAMPAIGN_STATUSES, example: 'running' })
  status: CampaignStatus;

  @ApiProperty({ type: String, enum: CAMPAIGN_STATUS_REASONS, nullable: true, example: null })
  status_reason: CampaignStatusReason | null;

  @ApiProperty({ enum: CAMPAIGN_ACTIVITIES, example: 'dialing' })
  activity: CampaignActivity;

  @ApiProperty({ type: [BlockView], description: 'All that keeps it from dialing more; empty when nothing does.' })
  blocked_by: BlockView[];

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'The earliest time at which another contact may be dialed, now included; null when none will be as things stand.',
  })
  next_eligible_at: Date | null;

  @ApiProperty({ type: SlotsView })
  slots: SlotsView;
}

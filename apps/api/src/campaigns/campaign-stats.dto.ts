import { ApiProperty } from '@nestjs/swagger';
import { CAMPAIGN_ACTIVITIES, type CampaignActivity } from '#rules/campaign/campaign-activity.js';
import { CAMPAIGN_STATUSES, type CampaignStatus } from '#rules/campaign/campaign-status.js';

const COUNTS = { type: 'object', additionalProperties: { type: 'integer' } } as const;

export class CampaignStatsAnswer {
  @ApiProperty({ format: 'uuid' })
  campaign_id: string;

  @ApiProperty({ enum: CAMPAIGN_STATUSES, example: 'running' })
  status: CampaignStatus;

  @ApiProperty({ ...COUNTS, description: 'Attempts by status.', example: { active: 5, succeeded: 120, failed: 61 } })
  job_status_counts: Record<string, number>;

  @ApiProperty({
    ...COUNTS,
    description: 'Contacts by status.',
    example: { pending: 314, in_progress: 5, completed: 120, exhausted: 61 },
  })
  lead_status_counts: Record<string, number>;

  @ApiProperty({
    ...COUNTS,
    description: 'Calls by status.',
    example: { ringing: 2, in_progress: 3, completed: 120, no_answer: 40, busy: 21 },
  })
  call_status_counts: Record<string, number>;

  @ApiProperty({
    ...COUNTS,
    description: 'Ended calls by outcome.',
    example: { goal_reached: 48, reached: 60, voicemail: 12, no_answer: 40, busy: 21 },
  })
  outcome_counts: Record<string, number>;

  @ApiProperty({
    enum: CAMPAIGN_ACTIVITIES,
    description: 'What it is doing; `diagnostics` says why.',
    example: 'dialing',
  })
  activity: CampaignActivity;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Answered calls among those that have ended, 0 to 1.',
    example: 0.62,
  })
  answer_rate: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Of answered calls.', example: 74.5 })
  mean_duration_seconds: number | null;

  @ApiProperty({ description: "Of all calls, in the currency of the provider's account.", example: 12.34 })
  total_cost: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'Seconds until everybody who waits has been called once more: from how long attempts occupy a slot, and ' +
      'from when the last retry is due. Null unless running, and until the first attempt has ended.',
    example: 5400,
  })
  eta_seconds: number | null;
}

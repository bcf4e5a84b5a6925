import { ApiProperty } from '@nestjs/swagger';
import {
  CAMPAIGN_STATUS_REASONS,
  CAMPAIGN_STATUSES,
  type CampaignStatus,
  type CampaignStatusReason,
} from '#rules/campaign-status.js';
import { CountryField } from '../http/country-field.js';
import { BooleanField, IntegerField, TextField } from '../http/fields.js';

const NAME = 'Renewal reminders';
const PROMPT = 'You call customers of Example Voice whose plan ends this month and ask whether they want to renew it.';

export class CreateCampaignBody {
  @TextField({ max: 255, example: NAME })
  name: string;

  @TextField({ max: 10_000, nullable: true, example: 'Customers whose plan ends in March' })
  description?: string | null;

  @TextField({ max: 100_000, description: 'What the AI voice agent is to do.', example: PROMPT })
  system_prompt: string;

  @TextField({ max: 100, description: "The provider's name of the voice.", example: 'aria' })
  voice_id: string;

  @TextField({
    max: 2_000,
    nullable: true,
    description: 'What the agent says first.',
    example: 'Hello, this is Example Voice.',
  })
  first_message?: string | null;

  @IntegerField({
    min: 1,
    max: 10_000,
    optional: true,
    default: 10,
    description: 'Calls at once, at most.',
    example: 5,
  })
  max_concurrent_calls?: number;

  @BooleanField({
    optional: true,
    default: true,
    description: 'Call again after busy, no answer, voicemail and errors.',
    example: true,
  })
  retry_failed?: boolean;

  @IntegerField({
    min: 0,
    max: 100,
    optional: true,
    default: 3,
    description: 'Calls to one person beyond the first, for all reasons together.',
    example: 3,
  })
  max_retries?: number;

  @IntegerField({ min: 15, max: 120, optional: true, default: 30, description: 'Seconds to let it ring.', example: 30 })
  ring_timeout_seconds?: number;

  @IntegerField({
    min: 5,
    max: 7200,
    optional: true,
    default: 600,
    description: 'Longest conversation, in seconds.',
    example: 600,
  })
  max_call_seconds?: number;

  @CountryField("For contacts' numbers in national form; else the tenant's own default counts.")
  default_country?: string | null;
}

export class CampaignView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ description: 'The tenant that owns it.' })
  tenant_id: string;

  @ApiProperty({ example: NAME })
  name: string;

  @ApiProperty({ type: String, nullable: true })
  description: string | null;

  @ApiProperty({ enum: CAMPAIGN_STATUSES, example: 'draft' })
  status: CampaignStatus;

  @ApiProperty({
    type: String,
    enum: CAMPAIGN_STATUS_REASONS,
    nullable: true,
    description: 'Who or what paused or stopped it.',
    example: null,
  })
  status_reason: CampaignStatusReason | null;

  @ApiProperty({ example: PROMPT })
  system_prompt: string;

  @ApiProperty({ example: 'aria' })
  voice_id: string;

  @ApiProperty({ type: String, nullable: true })
  first_message: string | null;

  @ApiProperty({ type: 'integer', example: 5 })
  max_concurrent_calls: number;

  @ApiProperty({ example: true })
  retry_failed: boolean;

  @ApiProperty({ type: 'integer', example: 3 })
  max_retries: number;

  @ApiProperty({ type: 'integer', example: 30 })
  ring_timeout_seconds: number;

  @ApiProperty({ type: 'integer', example: 600 })
  max_call_seconds: number;

  @ApiProperty({ type: String, nullable: true, example: 'GB' })
  default_country: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  created_at: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  started_at: Date | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  completed_at: Date | null;

  @ApiProperty({ type: 'integer', description: 'Contacts that have not been removed.', example: 500 })
  total_leads: number;

  @ApiProperty({ type: 'integer', description: 'Calls that were answered.', example: 310 })
  calls_completed: number;

  @ApiProperty({ type: 'integer', description: 'Calls that ended otherwise.', example: 190 })
  calls_failed: number;

  @ApiProperty({ type: String, format: 'date-time' })
  updated_at: Date;
}

export class CampaignAnswer {
  @ApiProperty({ type: CampaignView })
  campaign: CampaignView;
}

export class CampaignsAnswer {
  @ApiProperty({ type: [CampaignView], description: 'Newest first.' })
  campaigns: CampaignView[];
}

export class StartedAnswer {
  @ApiProperty({ example: 'Campaign started' })
  message: string;

  @ApiProperty({
    type: 'integer',
    description: 'Contacts that this start puts up for dialing, now or when they are due.',
    example: 500,
  })
  jobs_enqueued: number;

  @ApiProperty({ enum: CAMPAIGN_STATUSES, example: 'running' })
  status: CampaignStatus;
}

export class HeldAnswer {
  @ApiProperty({ example: 'Campaign paused' })
  message: string;

  @ApiProperty({ enum: CAMPAIGN_STATUSES, example: 'paused' })
  status: CampaignStatus;

  @ApiProperty({ type: 'integer', description: 'Calls that are still on the line; no more will follow.', example: 2 })
  in_flight: number;
}

export class ResumedAnswer {
  @ApiProperty({ example: 'Campaign resumed' })
  message: string;

  @ApiProperty({ enum: CAMPAIGN_STATUSES, example: 'running' })
  status: CampaignStatus;
}

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
}

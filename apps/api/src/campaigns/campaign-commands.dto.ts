import { ApiProperty } from '@nestjs/swagger';
import { ArrayNotEmpty, IsArray, IsIn, ValidateIf } from 'class-validator';
import { CAMPAIGN_STATUSES, type CampaignStatus } from '#rules/campaign/campaign-status.js';
import { REDIAL_OUTCOMES, type RedialOutcome } from '#rules/attempt/retry-policy.js';
import type { TemplateWarning } from '#rules/template/template-findings.js';
import { BooleanField } from '../fields/fields.js';
import { TemplateWarnings } from './template-warning.dto.js';

export class StartedAnswer {
  @ApiProperty({ example: 'Campaign started' })
  message: string;

  @ApiProperty({
    type: 'integer',
    description: 'Contacts that this start puts up for dialing, now or when they are due.',
    example: 500,
  })
  jobs_enqueued: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why nobody is put up for dialing, and what to do.',
    example: null,
  })
  note: string | null;

  @ApiProperty({ enum: CAMPAIGN_STATUSES, description: '`scheduled` when `start_at` lies ahead.', example: 'running' })
  status: CampaignStatus;

  @TemplateWarnings()
  warnings: readonly TemplateWarning[];
}

export class StopCampaignBody {
  @BooleanField({
    optional: true,
    default: false,
    description: 'End the live calls, within seconds.',
    example: true,
  })
  hangup_in_flight?: boolean;
}

export class RedialBody {
  @ApiProperty({
    type: 'array',
    items: { type: 'string', enum: [...REDIAL_OUTCOMES] },
    minItems: 1,
    required: false,
    description:
      'Whom to call again, by the outcome of the latest call; everybody who was given up if absent, but for bad ' +
      'numbers.',
    example: ['no_answer', 'busy'],
  })
  @ValidateIf((_, value) => value !== undefined)
  @IsArray()
  @ArrayNotEmpty()
  @IsIn(REDIAL_OUTCOMES, { each: true, message: `each of outcomes must be one of: ${REDIAL_OUTCOMES.join(', ')}` })
  outcomes?: RedialOutcome[];
}

export class RedialAnswer {
  @ApiProperty({ example: 'Campaign redialing' })
  message: string;

  @ApiProperty({ type: 'integer', description: 'Contacts that are put up again, due now.', example: 120 })
  redialed: number;

  @ApiProperty({ enum: CAMPAIGN_STATUSES, example: 'running' })
  status: CampaignStatus;

  @TemplateWarnings()
  warnings: readonly TemplateWarning[];
}

export class HeldAnswer {
  @ApiProperty({ example: 'Campaign paused' })
  message: string;

  @ApiProperty({ enum: CAMPAIGN_STATUSES, example: 'paused' })
  status: CampaignStatus;

  @ApiProperty({ type: 'integer', description: 'Calls that are still live; no more will follow.', example: 2 })
  in_flight: number;
}

export class ResumedAnswer {
  @ApiProperty({ example: 'Campaign resumed' })
  message: string;

  @ApiProperty({ enum: CAMPAIGN_STATUSES, example: 'running' })
  status: CampaignStatus;

  @TemplateWarnings()
  warnings: readonly TemplateWarning[];
}

import { ApiProperty } from '@nestjs/swagger';
import { Campaign, type CampaignRow } from '#database/entities/campaign.entity.js';
import {
  CAMPAIGN_STATUS_REASONS,
  CAMPAIGN_STATUSES,
  type CampaignStatus,
  type CampaignStatusReason,
} from '#rules/campaign/campaign-status.js';
import { DEFAULT_RETRY_POLICY } from '#rules/attempt/retry-policy.js';
import type { TemplateWarning } from '#rules/template/template-findings.js';
import { VOICEMAIL_ACTIONS, type VoicemailAction } from '#rules/call/voicemail-action.js';
import { DialingView } from './dialing.dto.js';
import { HasColumns } from '../fields/has-columns.js';
import { CallingWindowBody } from './calling-window.dto.js';
import { NAME, PROMPT } from './campaign.dto.js';
import { RetryPolicyBody } from './retry-policy.dto.js';
import { TemplateWarnings } from './template-warning.dto.js';

@HasColumns<CampaignRow>(Campaign)
export class CampaignView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ description: 'The tenant that owns it.' })
  tenant_id: string;

  @ApiProperty({
    description: 'It calls over the simulator, in a world of its own (docs/test-mode.md).',
    example: true,
  })
  is_test: boolean;

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

  @ApiProperty({
    type: RetryPolicyBody,
    description: 'As it applies, defaults included.',
    example: DEFAULT_RETRY_POLICY,
  })
  retry_policy: Required<RetryPolicyBody>;

  @ApiProperty({ type: 'integer', example: 0 })
  min_gap_seconds: number;

  @ApiProperty({ type: CallingWindowBody, description: 'As it applies.' })
  calling_window: CallingWindowBody;

  @ApiProperty({ type: [String], example: [] })
  blackout_dates: string[];

  @ApiProperty({ example: false })
  skips_public_holidays: boolean;

  @ApiProperty({ example: false })
  requires_consent: boolean;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  telephony_account_id: string | null;

  @ApiProperty({ type: String, nullable: true, example: '+442079460000' })
  from_number: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'en-GB' })
  language: string | null;

  @ApiProperty({ example: true })
  record_calls: boolean;

  @ApiProperty({ enum: VOICEMAIL_ACTIONS, example: 'hangup' })
  voicemail_action: VoicemailAction;

  @ApiProperty({ type: String, nullable: true, description: "Null: the tenant's or the default; empty: none." })
  disclosure: string | null;

  @ApiProperty({ type: String, nullable: true, description: "Null: the tenant's or the default; empty: none." })
  recording_notice: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  start_at: Date | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  end_at: Date | null;

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

  @ApiProperty({ type: DialingView, required: false, description: 'After an edit: whether it wakes the campaign.' })
  dialing?: DialingView;
}

export class ChangedCampaignAnswer extends CampaignAnswer {
  @TemplateWarnings()
  warnings: readonly TemplateWarning[];
}

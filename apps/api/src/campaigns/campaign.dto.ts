import { ApiProperty, OmitType, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, IsOptional, ValidateNested } from 'class-validator';
import { Campaign, type CampaignTerms } from '#database/entities/campaign.entity.js';
import { VOICEMAIL_ACTIONS, type VoicemailAction } from '#rules/call/voicemail-action.js';
import { TEXT_LIMITS } from '#rules/values/text-limits.js';
import { CountryField } from '../fields/country-field.js';
import { DateTimeField } from '../fields/date-time-field.js';
import { DatesField } from '../fields/dates-field.js';
import { BooleanField, ChoiceField, ImmutableField, IntegerField, TextField } from '../fields/fields.js';
import { HasColumns } from '../fields/has-columns.js';
import { LanguageField } from '../fields/language-field.js';
import { MERGED } from '../fields/merged.js';
import { UuidField } from '../fields/uuid-field.js';
import { SentenceField } from '../fields/sentence-field.js';
import { CallingWindowBody, CallingWindowPatch } from './calling-window.dto.js';
import { RetryPolicyBody, RetryPolicyPatch } from './retry-policy.dto.js';

export const NAME = 'Renewal reminders';
export const PROMPT =
  'You call customers of Example Voice whose plan ends this month and ask whether they want to renew it.';

const VARIABLES =
  'May have variables: `{{first_name | there}}`, `{{custom_fields.plan}}`, `{{Order number}}` (docs/variables.md).';

type BodyColumns = CampaignTerms & Pick<Campaign, 'is_test'>;

@HasColumns<BodyColumns>(Campaign)
export class CreateCampaignBody {
  @TextField({ max: 255, example: NAME })
  name: string;

  @TextField({ max: TEXT_LIMITS.campaigns.description, nullable: true, example: 'Customers whose plan ends in March' })
  description?: string | null;

  @TextField({
    max: TEXT_LIMITS.campaigns.system_prompt,
    description: `What the AI voice agent is to do. ${VARIABLES}`,
    example: PROMPT,
  })
  system_prompt: string;

  @TextField({ max: 100, description: "The provider's name of the voice.", example: 'aria' })
  voice_id: string;

  @TextField({
    max: TEXT_LIMITS.campaigns.first_message,
    nullable: true,
    description:
      'What the agent says first. Where no model talks it is all that is said, and no call is placed without. ' +
      VARIABLES,
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

  @ApiProperty({
    type: RetryPolicyBody,
    nullable: true,
    required: false,
    description: 'When to call again, by how the attempt ended; what is left out keeps its default.',
    example: { busy: { delays_seconds: [300, 900] } },
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => RetryPolicyBody)
  retry_policy?: RetryPolicyBody | null;

  @IntegerField({
    min: 0,
    max: 2_592_000,
    optional: true,
    default: 0,
    description: 'Least time from one call to the next to the same number, those of other campaigns included.',
    example: 3600,
  })
  min_gap_seconds?: number;

  @DateTimeField({
    description: 'Dialing begins then: `start` schedules the campaign until this time.',
    example: null,
  })
  start_at?: string | null;

  @DateTimeField({
    description: 'Dialing ends then: contacts that have not been reached expire, live calls go on.',
    example: null,
  })
  end_at?: string | null;

  @ApiProperty({
    type: CallingWindowBody,
    nullable: true,
    required: false,
    description:
      'When people may be called, by their own clocks; cut to what the law of their place allows. Null: 08:00 to ' +
      '21:00 every day.',
    example: { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '20:00' },
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => CallingWindowBody)
  calling_window?: CallingWindowBody | null;

  @DatesField({
    max: 366,
    description: "Dates, by people's own calendars, on which nobody is called.",
    example: ['2027-12-24'],
  })
  blackout_dates?: string[];

  @BooleanField({
    optional: true,
    default: false,
    description: 'Call nobody on a public holiday of their place.',
    example: true,
  })
  skips_public_holidays?: boolean;

  @BooleanField({
    optional: true,
    default: false,
    description: 'Call only people of whom a valid consent is on record.',
    example: false,
  })
  requires_consent?: boolean;

  @UuidField("Over which of your telephony accounts it calls; null: over the installation's own provider.")
  telephony_account_id?: string | null;

  @TextField({
    max: 100,
    nullable: true,
    description:
      "The caller id of its calls. Null: one of the account's caller ids; where it has none, the installation's " +
      'own, which an account of yours does not have.',
    example: null,
  })
  from_number?: string | null;

  @LanguageField("In which people are spoken to and understood; null: the provider's default.")
  language?: string | null;

  @BooleanField({
    optional: true,
    default: true,
    description: 'Record its calls, where the provider can.',
    example: true,
  })
  record_calls?: boolean;

  @ChoiceField({
    choices: VOICEMAIL_ACTIONS,
    optional: true,
    default: 'hangup',
    description:
      'Once the provider knows that a machine has answered a call: end it, or talk on (an announcement is left on ' +
      'the machine then).',
    example: 'hangup',
  })
  voicemail_action?: VoicemailAction;

  @SentenceField(
    "Says that no person speaks, before anything else and to its end; may have variables. Null: the tenant's, or " +
      "else a default in the campaign's language (English where it has none). Empty: it is not said, and nobody is " +
      'called where the law asks for it.',
    'This call is made by the automated assistant of Example Voice.',
  )
  disclosure?: string | null;

  @SentenceField(
    'Says after it that the call is recorded, where it is. Null and empty as with `disclosure`.',
    'This call is recorded.',
  )
  recording_notice?: string | null;

  @CountryField("For contacts' numbers in national form; else the tenant's own default counts.")
  default_country?: string | null;

  @BooleanField({
    optional: true,
    default: false,
    description:
      'A test: it calls over the simulator, whatever the provider, at any hour, and costs nothing. Numbers decide ' +
      'what calls come to (docs/test-mode.md). It has a do-not-call list of its own. It is set for good.',
    example: true,
  })
  is_test?: boolean;
}

/** Body of an edit. Fields that are left out stay as they are. */
@HasColumns<BodyColumns>(Campaign)
export class UpdateCampaignBody extends PartialType(
  OmitType(CreateCampaignBody, ['retry_policy', 'calling_window', 'blackout_dates', 'is_test']),
  { skipNullProperties: false },
) {
  @ImmutableField('it is set when a campaign is created, so create another one')
  is_test?: never;

  @ApiProperty({
    type: RetryPolicyPatch,
    nullable: true,
    required: false,
    description: `When to call again, by how the attempt ended. ${MERGED} Null: the defaults for all.`,
    example: { busy: { delays_seconds: [300, 900] } },
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => RetryPolicyPatch)
  retry_policy?: RetryPolicyPatch | null;

  @ApiProperty({
    type: CallingWindowPatch,
    nullable: true,
    required: false,
    description: `When people may be called, by their own clocks. ${MERGED} Null: 08:00 to 21:00 every day.`,
    example: { from: '10:00' },
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => CallingWindowPatch)
  calling_window?: CallingWindowPatch | null;

  @DatesField({
    max: 366,
    description: "Dates, by people's own calendars, on which nobody is called. The list is replaced as a whole.",
    example: ['2027-12-24'],
  })
  blackout_dates?: string[];
}

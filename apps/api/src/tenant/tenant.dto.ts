import { ApiExtraModels, ApiProperty, PartialType } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsObject, IsOptional, ValidateIf, ValidateNested } from 'class-validator';
import { Tenant, type TenantProperties } from '#database/entities/tenant.entity.js';
import { CountryField } from '../fields/country-field.js';
import { HasColumns } from '../fields/has-columns.js';
import { MERGED } from '../fields/merged.js';
import { BooleanField, IntegerField, TextField } from '../fields/fields.js';
import { SentenceField } from '../fields/sentence-field.js';

const SEVEN_IN_SEVEN = '7_in_7_days';
const SEVEN_IN_SEVEN_DAYS = { attempts: 7, days: 7 };
const KEPT_FOR_A_WHILE = { recordings_days: 30, transcripts_days: 90 };

export class FrequencyCapBody {
  @IntegerField({
    min: 1,
    max: 100,
    description: 'Calls to one number, at most …',
    example: SEVEN_IN_SEVEN_DAYS.attempts,
  })
  attempts: number;

  @IntegerField({ min: 1, max: 365, description: '… in so many days, rolling.', example: SEVEN_IN_SEVEN_DAYS.days })
  days: number;
}

/** Changes to a cap. */
export class FrequencyCapPatch extends PartialType(FrequencyCapBody) {}

export class RetentionBody {
  @IntegerField({
    min: 1,
    max: 36_500,
    nullable: true,
    description: 'Recordings are deleted so many days after their call has ended. Null: they are kept.',
    example: 30,
  })
  recordings_days?: number | null;

  @IntegerField({
    min: 1,
    max: 36_500,
    nullable: true,
    description: 'The same for transcripts, messages and summaries.',
    example: 90,
  })
  transcripts_days?: number | null;
}

@ApiExtraModels(FrequencyCapPatch)
@HasColumns<TenantProperties>(Tenant)
export class UpdateTenantBody {
  @TextField({ max: 255, optional: true, example: 'Example Voice Ltd' })
  business_name?: string;

  @CountryField("For contacts' numbers in national form, in campaigns that name no country themselves.")
  default_country?: string | null;

  @BooleanField({
    optional: true,
    description:
      "Cut calling windows to what the law of the called person's place allows; each call records it when this is off.",
    example: true,
  })
  uses_rule_packs?: boolean;

  @SentenceField(
    'With which calls of campaigns begin that have no `disclosure` of their own: that no person speaks. Null: a ' +
      'default in the language of the campaign. Empty: it is not said.',
    'This call is made by the automated assistant of Example Voice.',
  )
  disclosure?: string | null;

  @SentenceField(
    'The same for calls that are recorded: that they are. Null and empty as with `disclosure`.',
    'This call is recorded.',
  )
  recording_notice?: string | null;

  @IntegerField({
    min: 0,
    max: 2_592_000,
    optional: true,
    description: 'Least seconds from one call to the next to the same number, in all campaigns.',
    example: 3600,
  })
  min_gap_seconds?: number;

  @IntegerField({
    min: 0,
    max: 1_000_000_000,
    nullable: true,
    description:
      'Minutes of talk that are left, over all campaigns. Each call sets aside as many as it may last; when there ' +
      'are too few for the next one, every running campaign is paused. Null: no limit.',
    example: 5000,
  })
  minutes_remaining?: number | null;

  @ApiProperty({
    oneOf: [{ $ref: '#/components/schemas/FrequencyCapPatch' }, { type: 'string', enum: [SEVEN_IN_SEVEN] }],
    nullable: true,
    required: false,
    description: [
      'Most calls to one number over all campaigns. Null: no cap.',
      '`7_in_7_days` is what US debt collection goes by (12 CFR 1006.14).',
      MERGED,
    ].join(' '),
    example: SEVEN_IN_SEVEN,
  })
  @Transform(({ value }: { value: unknown }) =>
    value === SEVEN_IN_SEVEN ? Object.assign(new FrequencyCapPatch(), SEVEN_IN_SEVEN_DAYS) : value,
  )
  @IsOptional()
  @IsObject({ message: `frequency_cap must be {"attempts", "days"}, "${SEVEN_IN_SEVEN}" or null` })
  @ValidateNested()
  @Type(() => FrequencyCapPatch)
  frequency_cap?: FrequencyCapPatch | null;

  @ApiProperty({
    type: RetentionBody,
    required: false,
    description: `How long what was said is kept. ${MERGED}`,
    example: KEPT_FOR_A_WHILE,
  })
  @ValidateIf((_, value) => value !== undefined)
  @IsObject()
  @ValidateNested()
  @Type(() => RetentionBody)
  retention?: RetentionBody;
}

export class RetentionView {
  @ApiProperty({ type: 'integer', nullable: true, description: 'Null: kept.', example: 30 })
  recordings_days: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Null: kept.', example: 90 })
  transcripts_days: number | null;
}

const LIMIT = { type: 'integer', nullable: true } as const;

/** Limits set by the operator; the API cannot change them. */
export class OperatorLimitsView {
  @ApiProperty({
    ...LIMIT,
    description:
      "Minutes of talk that the operator pays for: over the installation's provider, or with its language model. " +
      'Null, here and below: unlimited.',
    example: 10_000,
  })
  minutes: number | null;

  @ApiProperty({ type: 'integer', description: 'Of these, used by calls that have ended.', example: 120 })
  minutes_used: number;

  @ApiProperty({ type: 'integer', description: 'Of these, set aside for calls that are live.', example: 40 })
  minutes_reserved: number;

  @ApiProperty({ ...LIMIT, description: 'Live calls at a time, over all campaigns.', example: 100 })
  concurrent_calls: number | null;

  @ApiProperty({ ...LIMIT, description: 'Calls placed a day (UTC).', example: 10_000 })
  calls_per_day: number | null;

  @ApiProperty({ type: 'integer', description: 'Calls placed today, where there is a limit.', example: 300 })
  calls_today: number;

  @ApiProperty({ ...LIMIT, description: 'Imports that are not over.', example: 20 })
  open_imports: number | null;

  @ApiProperty({
    ...LIMIT,
    description: 'What the files of imports that are not over come to, in bytes.',
    example: 8_589_934_592,
  })
  import_bytes: number | null;
}

@HasColumns<
  TenantProperties & Pick<Tenant, 'id' | 'created_at' | 'minutes_reserved'> & Record<'operator_limits', unknown>
>(Tenant)
export class TenantView {
  @ApiProperty()
  id: string;

  @ApiProperty({ example: 'Example Voice Ltd' })
  business_name: string;

  @ApiProperty({ type: String, nullable: true, example: 'GB' })
  default_country: string | null;

  @ApiProperty({ example: true })
  uses_rule_packs: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'Null: the defaults; empty: none.' })
  disclosure: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Null: the defaults; empty: none.' })
  recording_notice: string | null;

  @ApiProperty({ type: 'integer', example: 0 })
  min_gap_seconds: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Of talk. Null: no limit.', example: 5000 })
  minutes_remaining: number | null;

  @ApiProperty({ type: 'integer', description: 'Of these, set aside for calls that are live.', example: 40 })
  minutes_reserved: number;

  @ApiProperty({ type: FrequencyCapBody, nullable: true, example: SEVEN_IN_SEVEN_DAYS })
  frequency_cap: FrequencyCapBody | null;

  @ApiProperty({ type: RetentionView })
  retention: RetentionView;

  @ApiProperty({ type: OperatorLimitsView, description: "The operator's: shown, and not to be changed here." })
  operator_limits: OperatorLimitsView;

  @ApiProperty({ type: String, format: 'date-time' })
  created_at: Date;
}

export class TenantAnswer {
  @ApiProperty({ type: TenantView })
  tenant: TenantView;
}

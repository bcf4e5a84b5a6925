import { ApiProperty } from '@nestjs/swagger';
import type { TemplateWarning } from '#rules/template/template-findings.js';
import type { CampaignTexts } from '#rules/template/template.js';
import { RequiredUuidField } from '../fields/uuid-field.js';
import { TemplateWarnings } from './template-warning.dto.js';

export class RenderBody {
  @RequiredUuidField('A contact of this campaign.')
  contact_id: string;
}

/** All texts that calls may say. A field that is left out does not compile. */
type Rendered = { readonly [Field in keyof CampaignTexts]: string | null };

export class RenderAnswer implements Rendered {
  @ApiProperty({ format: 'uuid' })
  campaign_id: string;

  @ApiProperty({ format: 'uuid' })
  contact_id: string;

  @ApiProperty({ description: 'What the model is told.', example: 'Ask Ada whether she wants to renew basic.' })
  system_prompt: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What is said first, wherever it is written. Null: nothing.',
    example: 'Hello, this is an AI assistant.',
  })
  disclosure: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Said next. Null: nothing.', example: null })
  recording_notice: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What is said then. Null: the campaign has none. Empty: nothing is left of it.',
    example: 'Hello Ada.',
  })
  first_message: string | null;

  @ApiProperty({
    type: [String],
    description: 'Variables for which this contact has no value, also where a fallback stands in; of the first 100.',
    example: ['last_name'],
  })
  missing: readonly string[];

  @ApiProperty({
    type: [String],
    description: 'Those among them that are no built-in name and no custom field of any contact.',
    example: [],
  })
  unknown: readonly string[];

  @TemplateWarnings()
  warnings: readonly TemplateWarning[];
}

import { ApiProperty } from '@nestjs/swagger';
import { TEMPLATE_WARNINGS, type TemplateWarning } from '#rules/template/template-findings.js';
import { TEMPLATE_FIELDS, type TemplateField } from '#rules/template/template.js';

const FIELDS = Object.keys(TEMPLATE_FIELDS) as TemplateField[];

/** The fields of a campaign in which variables stand, in one sentence. */
export const TEMPLATE_NAMES = FIELDS.map((field) => `\`${field}\``).join(', ');

export class TemplateWarningView implements TemplateWarning {
  @ApiProperty({
    enum: TEMPLATE_WARNINGS,
    description:
      '`unknown_variable`: neither a built-in name nor a custom field of a contact. `malformed_variable`: braces ' +
      'that are not `{{name}}`. `not_a_variable`: another way to write variables, which is said as it is.',
    example: 'unknown_variable',
  })
  code: TemplateWarning['code'];

  @ApiProperty({ enum: FIELDS, description: 'Of the campaign.', example: 'system_prompt' })
  field: TemplateField;

  @ApiProperty({ type: String, nullable: true, example: 'frist_name' })
  variable: string | null;

  @ApiProperty({ description: 'What happens instead, and what to do.' })
  message: string;
}

/** Documents the warnings beside an answer. */
export function TemplateWarnings(): PropertyDecorator {
  return ApiProperty({
    type: [TemplateWarningView],
    description:
      `Variables in ${TEMPLATE_NAMES} that will not be said as they were probably meant; 100 at most. See ` +
      'docs/variables.md.',
  });
}

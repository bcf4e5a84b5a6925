import { ApiProperty, PartialType } from '@nestjs/swagger';
import { ArrayNotEmpty, ArrayUnique, IsArray, IsIn, Matches } from 'class-validator';
import { DAYS, DEFAULT_CALLING_WINDOW, type Day } from '#rules/calling-hours/window/calling-window.js';

export class CallingWindowBody {
  @ApiProperty({
    type: 'array',
    items: { type: 'string', enum: [...DAYS] },
    uniqueItems: true,
    minItems: 1,
    description: 'On which the window begins.',
    example: DEFAULT_CALLING_WINDOW.days,
  })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(DAYS, { each: true, message: `days must be of: ${DAYS.join(', ')}` })
  days: Day[];

  @ApiProperty({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', example: DEFAULT_CALLING_WINDOW.from })
  @Matches(/^([01]\d|2[0-3]):[0-5]\d$/, { message: 'from must be a time such as 08:00' })
  from: string;

  @ApiProperty({
    pattern: '^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$',
    description: '24:00 ends a day; earlier than `from`: on the next day.',
    example: DEFAULT_CALLING_WINDOW.to,
  })
  @Matches(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, { message: 'to must be a time such as 21:00, or 24:00' })
  to: string;
}

/** Changes to a calling window; `days` are replaced as a whole. */
export class CallingWindowPatch extends PartialType(CallingWindowBody) {}

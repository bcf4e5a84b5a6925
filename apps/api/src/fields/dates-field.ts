import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayUnique, IsArray, ValidateBy, ValidateIf } from 'class-validator';
import { isCalendarDay } from '#rules/values/instant.js';

/** A list of calendar dates without a zone; may be left out. */
export function DatesField({
  max,
  description,
  example,
}: {
  max: number;
  description: string;
  example: string[];
}): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: 'array',
      items: { type: 'string', format: 'date' },
      maxItems: max,
      uniqueItems: true,
      required: false,
      description,
      example,
    }),
    ValidateIf((_, value) => value !== undefined),
    IsArray(),
    ArrayMaxSize(max),
    ArrayUnique(),
    ValidateBy(
      {
        name: 'dates',
        validator: { validate: isDate, defaultMessage: () => 'each must be a date such as 2027-12-24' },
      },
      { each: true },
    ),
  );
}

function isDate(value: unknown): boolean {
  return typeof value === 'string' && isCalendarDay(value);
}

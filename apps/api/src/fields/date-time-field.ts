import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, ValidateBy } from 'class-validator';
import { isInstant } from '#rules/values/instant.js';

/** An instant, ISO 8601 with its offset from UTC, or null. */
export function DateTimeField({
  description,
  example,
}: {
  description: string;
  /** Null where a time would soon have passed, or would change what a request does. */
  example: string | null;
}): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: String, format: 'date-time', nullable: true, required: false, description, example }),
    IsOptional(),
    ValidateBy({
      name: 'dateTime',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && isInstant(value),
        defaultMessage: () => 'must be a time such as 2027-03-31T09:00:00+02:00, with its offset',
      },
    }),
  );
}

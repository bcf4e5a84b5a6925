import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, ValidateBy } from 'class-validator';
import { isTimeZone } from '#geography/time-zone.js';

/** An IANA time zone, or null. */
export function TimeZoneField(description: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: String, nullable: true, required: false, description, example: 'America/New_York' }),
    IsOptional(),
    ValidateBy({
      name: 'timeZone',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && isTimeZone(value),
        defaultMessage: () => 'must be an IANA time zone such as America/New_York',
      },
    }),
  );
}

import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, ValidateBy } from 'class-validator';

const ISO_WITH_OFFSET = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$/;

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

/** JavaScript takes the 30th of February for the 2nd of March. */
function isInstant(text: string): boolean {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number);
  const isDay = new Date(Date.UTC(year!, month! - 1, day)).getUTCDate() === day;
  return ISO_WITH_OFFSET.test(text) && isDay && !Number.isNaN(Date.parse(text));
}

import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, Max, Min, ValidateIf } from 'class-validator';
import { AsNumber, TextField } from './fields.js';

/** Some of a few choices, in a query string: `a,b`. */
export function ChoicesParameter({
  choices,
  description,
}: {
  choices: readonly string[];
  description: string;
}): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: String,
      required: false,
      description: `${description} Several with commas: ${choices.join(', ')}.`,
    }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value)),
    ValidateIf((_, value) => value !== undefined),
    IsIn([...choices], {
      each: true,
      message: ({ property }) => `${property} must be one or several of: ${choices.join(', ')}`,
    }),
  );
}

/** A whole number in a query string, which may be left out. */
export function OptionalIntegerParameter(options: {
  min: number;
  max: number;
  description: string;
}): PropertyDecorator {
  const { min, max, description } = options;
  return applyDecorators(
    ApiProperty({ type: 'integer', minimum: min, maximum: max, required: false, description }),
    AsNumber(),
    ValidateIf((_, value) => value !== undefined),
    IsInt(),
    Min(min),
    Max(max),
  );
}

export function CursorParameter(): PropertyDecorator {
  return TextField({
    max: 400,
    optional: true,
    description:
      'The `next_cursor` of the page before, instead of a page number: as quick at the end of a long list as at ' +
      'its beginning, and nothing is missed or shown twice while the list grows.',
  });
}

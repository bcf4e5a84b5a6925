import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, ValidateBy } from 'class-validator';
import { isCountry } from '#rules/phone-number/phone-number.js';

/** An ISO 3166-1 alpha-2 code of a country that has phone numbers, or null. */
export function CountryField(description: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: String,
      nullable: true,
      required: false,
      pattern: '^[A-Z]{2}$',
      description: `ISO 3166-1 alpha-2. ${description}`,
      example: 'GB',
    }),
    IsOptional(),
    ValidateBy({
      name: 'country',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && isCountry(value),
        defaultMessage: () => 'must be the two capital letters of a country, such as GB',
      },
    }),
  );
}

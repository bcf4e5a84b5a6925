import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsOptional, ValidateBy } from 'class-validator';
import { ANY_COUNTRY, NO_COUNTRY } from '#rules/phone-number/number-kind.js';
import { isCountry } from '#rules/phone-number/phone-number.js';

const MOST = 300;

/**
 * Accepts a list of countries that may be called, or null. `*` stands for all, `001` for numbers that belong to no
 * country.
 */
export function CountriesField(description: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: [String],
      nullable: true,
      required: false,
      minItems: 1,
      maxItems: MOST,
      description: `ISO 3166-1 alpha-2. ${description}`,
      example: ['GB', 'IE'],
    }),
    IsOptional(),
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(MOST),
    ArrayUnique(),
    ValidateBy(
      {
        name: 'countries',
        validator: {
          validate: (value: unknown) => typeof value === 'string' && isAllowable(value),
          defaultMessage: () => 'each must be the two capital letters of a country, such as GB, or * for all of them',
        },
      },
      { each: true },
    ),
  );
}

function isAllowable(country: string): boolean {
  return country === ANY_COUNTRY || country === NO_COUNTRY || isCountry(country);
}

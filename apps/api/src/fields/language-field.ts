import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsOptional, ValidateBy } from 'class-validator';

const LANGUAGE = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$/;

/** RFC 5646, 4.4.1. Reading a tag takes the runtime quadratic time: 31 s for one of 100,000 variants. */
const LONGEST_TAG = 35;

/** A language tag (RFC 5646) of language, script and region, or null. */
export function LanguageField(description: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: String,
      nullable: true,
      required: false,
      pattern: LANGUAGE.source,
      description: `RFC 5646. ${description}`,
      example: 'en-GB',
    }),
    Transform(({ value }: { value: unknown }) => canonical(value)),
    IsOptional(),
    ValidateBy({
      name: 'language',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && LANGUAGE.test(value),
        defaultMessage: () => 'must be a language, such as de or en-GB',
      },
    }),
  );
}

/** Returns the canonical form of a tag (`en-GB` for `EN-gb`). Other text is returned for the check to reject. */
function canonical(value: unknown): unknown {
  if (typeof value !== 'string' || value.length > LONGEST_TAG) return value;
  try {
    return Intl.getCanonicalLocales(value)[0] ?? value;
  } catch {
    return value;
  }
}

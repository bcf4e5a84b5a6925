import { applyDecorators } from '@nestjs/common';
import { ApiHideProperty, ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUUID,
  Max,
  Min,
  ValidateIf,
} from 'class-validator';
import { MaxCharacters, MinCharacters } from './characters.js';
import { Storable } from './storable.js';

interface FieldOptions {
  readonly description?: string;
  readonly example?: unknown;
  /** Lets clients leave the field out. */
  readonly optional?: boolean;
  /** Lets clients send null; implies `optional`. */
  readonly nullable?: boolean;
}

/** Combines a field's checks and its OpenAPI schema in one decorator, so that they cannot drift apart. */
function field(options: FieldOptions, schema: ApiPropertyOptions, checks: PropertyDecorator[]): PropertyDecorator {
  const isOptional = options.optional || options.nullable;
  return applyDecorators(
    ApiProperty({
      description: options.description,
      example: options.example,
      required: !isOptional,
      nullable: options.nullable,
      ...schema,
    } as ApiPropertyOptions),
    ...presence(options),
    ...checks,
  );
}

function presence({ optional, nullable }: FieldOptions): PropertyDecorator[] {
  if (nullable) return [IsOptional()];
  return optional ? [ValidateIf((_, value) => value !== undefined)] : [];
}

export function TextField(options: FieldOptions & { min?: number; max: number; default?: string }): PropertyDecorator {
  const { min = 1, max } = options;
  const schema = { type: String, minLength: min, maxLength: max, default: options.default };
  const lengths = min === 1 ? [IsNotEmpty()] : [MinCharacters(min)];
  return field(options, schema, [IsString(), ...lengths, MaxCharacters(max), Storable()]);
}

export function IntegerField(
  options: FieldOptions & { min: number; max: number; default?: number },
): PropertyDecorator {
  const { min, max } = options;
  const schema = { type: 'integer', minimum: min, maximum: max, default: options.default } as const;
  return field(options, schema, [IsInt(), Min(min), Max(max)]);
}

export function BooleanField(options: FieldOptions & { default?: boolean }): PropertyDecorator {
  return field(options, { type: Boolean, default: options.default }, [IsBoolean()]);
}

export function ChoiceField(
  options: FieldOptions & { choices: readonly string[]; default?: string },
): PropertyDecorator {
  const choices = [...options.choices];
  return field(options, { type: String, enum: choices, default: options.default }, [
    IsIn(choices, { message: ({ property }) => `${property} must be one of: ${choices.join(', ')}` }),
  ]);
}

/** Reads a whole number of a query, which is made of digits only. Anything else is left for the checks to reject. */
export function AsNumber(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value,
  );
}

/** A whole number in a query string. */
export function IntegerParameter(options: {
  min: number;
  max: number;
  default: number;
  description: string;
}): PropertyDecorator {
  const { min, max, ...rest } = options;
  const schema = { type: 'integer', minimum: min, maximum: max, default: rest.default, required: false } as const;
  return applyDecorators(
    ApiProperty({ description: rest.description, ...schema }),
    AsNumber(),
    ValidateIf((_, value) => value !== undefined),
    IsInt(),
    Min(min),
    Max(max),
  );
}

/** Reads the words that a query string uses for a truth value. Anything else is left for the checks to reject. */
function AsBoolean(): PropertyDecorator {
  const values: Readonly<Record<string, boolean>> = { true: true, false: false };
  return Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? (values[value] ?? value) : value));
}

/** Characters of a phone number as a client writes it. */
const LONGEST_NUMBER = 100;

/** A phone number as a client writes it, in a body. The services read it. */
export function NumberField(options: { description: string; example: string }): PropertyDecorator {
  return TextField({ max: LONGEST_NUMBER, ...options });
}

/**
 * Accepts a phone number in a query string. A `+` that is not written as `%2B` arrives there as a blank. Before a
 * country code that blank is read as `+`.
 */
export function NumberParameter(options: {
  description: string;
  optional?: boolean;
  example?: string;
}): PropertyDecorator {
  return applyDecorators(
    TextField({ max: LONGEST_NUMBER, ...options }),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^ [1-9]/.test(value) ? `+${value.slice(1)}` : value,
    ),
  );
}

/** True or false in a query string, which may be left out. */
export function BooleanParameter(options: { description: string; default?: boolean }): PropertyDecorator {
  return field({ ...options, optional: true }, { type: Boolean, default: options.default }, [
    AsBoolean(),
    IsBoolean({ message: ({ property }) => `${property} must be true or false` }),
  ]);
}

/** Rejects a field that cannot be changed. The message tells the client what to do instead. */
export function ImmutableField(remedy: string): PropertyDecorator {
  return applyDecorators(
    ApiHideProperty(),
    ValidateIf((_, value) => value !== undefined),
    IsIn([], { message: ({ property }) => `${property} cannot be changed: ${remedy}` }),
  );
}

/** An id in a query string, which may be left out. */
export function UuidParameter(description: string): PropertyDecorator {
  return field({ description, optional: true }, { type: String, format: 'uuid' }, [
    IsUUID(undefined, { message: ({ property }) => `${property} must be a UUID` }),
  ]);
}

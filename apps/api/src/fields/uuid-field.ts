import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsUUID } from 'class-validator';

/** An id in a body, which may be null or left out. */
export function UuidField(description: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: String, format: 'uuid', nullable: true, required: false, description, example: null }),
    IsOptional(),
    IsUUID(undefined, { message: ({ property }) => `${property} must be a UUID` }),
  );
}

/** An id that a body must have. */
export function RequiredUuidField(description: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: String, format: 'uuid', description, example: EXAMPLE }),
    IsUUID(undefined, { message: ({ property }) => `${property} must be a UUID` }),
  );
}

const EXAMPLE = '5f0c7a52-3c1e-4a8e-9d55-0c8f3f1f2b6a';

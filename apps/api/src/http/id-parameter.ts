import { ParseUUIDPipe, Param } from '@nestjs/common';
import { InvalidFields } from '#rules/refusal.js';

/** A UUID in the path; anything else is a 422 that names the parameter. */
export function IdParameter(name: string): ParameterDecorator {
  return Param(name, new ParseUUIDPipe({ exceptionFactory: () => new InvalidFields([{ field: name, message: 'must be a UUID' }]) }));
}

import { Param, ParseUUIDPipe } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { InvalidFields } from '#rules/errors/domain-error.js';

/** A UUID in the path; anything else is a 422 that names the parameter. */
export function IdParameter(name: string): ParameterDecorator {
  return Param(
    name,
    new ParseUUIDPipe({ exceptionFactory: () => new InvalidFields([{ field: name, message: 'must be a UUID' }]) }),
  );
}

/** Describes it in the OpenAPI document. */
export function ApiIdParameter(name: string): MethodDecorator {
  const what = name.replace(/_id$/, '').replaceAll('_', ' ');
  const description = name === 'caller_id' ? 'Id of the entry, not its number' : `Id of the ${what}`;
  return ApiParam({ name, description, schema: { type: 'string', format: 'uuid' } });
}

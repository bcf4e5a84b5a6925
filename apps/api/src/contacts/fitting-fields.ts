import { ValidateBy } from 'class-validator';
import { customFieldsProblem } from '#rules/lead/custom-fields.js';

/** Limits the number and size of a new contact's custom fields. A value that is no object is left to other checks. */
export function FittingFields(): PropertyDecorator {
  return ValidateBy({
    name: 'fittingFields',
    validator: {
      validate: (value: unknown) => problemOf(value) === null,
      defaultMessage: (found) => problemOf(found?.value) ?? '',
    },
  });
}

function problemOf(value: unknown): string | null {
  return typeof value === 'object' && value !== null ? customFieldsProblem({}, value) : null;
}

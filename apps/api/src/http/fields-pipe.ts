import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { InvalidFields, type FieldError } from '#rules/refusal.js';

/** Checks bodies and parameters against their DTOs: unknown fields are refused by name, and all wrong fields are told at once. */
export function fieldsPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    validationError: { target: false, value: true },
    exceptionFactory: (errors) => new InvalidFields(errors.flatMap((error) => fieldErrors(error, ''))),
  });
}

function fieldErrors(error: ValidationError, parent: string): FieldError[] {
  const field = pathTo(error.property, parent);
  const own = tellingConstraints(error).map(([rule, message]) => ({
    field,
    message: sentence(rule, message, error.property),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => fieldErrors(child, field))];
}

const TYPE_RULES = ['isString', 'isInt', 'isBoolean', 'isObject', 'isArray'];

/** Of a field that is missing or of the wrong type it says nothing new that it is also too short. */
function tellingConstraints({ constraints = {}, value }: ValidationError): [rule: string, message: string][] {
  const all = Object.entries(constraints);
  const ofType = all.filter(([rule]) => TYPE_RULES.includes(rule));
  if (ofType.length === 0) return all;
  return value === undefined ? [['isRequired', 'is required']] : ofType;
}

function pathTo(property: string, parent: string): string {
  if (parent === '') return property;
  return /^\d+$/.test(property) ? `${parent}[${property}]` : `${parent}.${property}`;
}

/** class-validator begins each message with the property's name, which stands in `field` already. */
function sentence(rule: string, message: string, property: string): string {
  if (rule === 'whitelistValidation') return 'is not a known field';
  if (rule === 'unknownValue') return 'must be an object';
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}

import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';
import { InvalidFields, type FieldError } from '#rules/errors/domain-error.js';
import { similarWord } from '#rules/values/similar-word.js';

/** Wrong fields that one answer lists: more than a person writes by hand. */
const MOST_ERRORS = 100;
const LONGEST_NAME = 200;

/** Rejects lists, since each element would be checked as if it were the body. */
class FieldsPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'body' && Array.isArray(value))
      throw new InvalidFields([
        { field: 'body', message: 'must be an object, and is a list: send one object by itself' },
      ]);
    return super.transform(value, metadata);
  }
}

/**
 * Checks bodies and parameters against their DTOs. Unknown fields are rejected by name, and all wrong fields are
 * reported at once.
 */
export function fieldsPipe(): ValidationPipe {
  return new FieldsPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    validationError: { target: true, value: true },
    exceptionFactory: (errors) => new InvalidFields(told(errors.flatMap((error) => fieldErrors(error, '')))),
  });
}

/** Limits the listed errors, so that an answer is not longer than its request. */
function told(errors: readonly FoundError[]): FieldError[] {
  const meant = suggestions(errors);
  const first = errors
    .slice(0, MOST_ERRORS)
    .map((error) => ({ field: shortName(error.field), message: meant.get(error) ?? error.message }));
  const left = errors.length - first.length;
  return left === 0 ? first : [...first, { field: '*', message: `and ${left} more fields cannot be accepted` }];
}

function shortName(field: string): string {
  return field.length > LONGEST_NAME ? `${field.slice(0, LONGEST_NAME).toWellFormed()} …` : field;
}

interface FoundError extends FieldError {
  /** Set if the DTO has no such field. */
  readonly unknown?: ValidationError;
}

function fieldErrors(error: ValidationError, parent: string): FoundError[] {
  const field = pathTo(error.property, parent);
  const own = tellingConstraints(error).map(([rule, message]) => ({
    field,
    message: sentence(rule, message, error.property),
    ...(rule === 'whitelistValidation' && { unknown: error }),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => fieldErrors(child, field))];
}

const TYPE_RULES = ['isString', 'isInt', 'isBoolean', 'isObject', 'isArray'];

/**
 * Returns the failed rules that tell the client something. A field that is missing or of the wrong type is not called
 * too short as well.
 */
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
  if (rule === 'whitelistValidation') return property === 'tenant_id' ? NOT_YOURS : UNKNOWN;
  if (rule === 'unknownValue') return 'must be an object';
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}

const UNKNOWN = 'is not a known field';
const NOT_YOURS = 'is not your tenant: leave it out, the token says whose this is';

/** A thousand contacts may have a hundred unknown fields each: comparing all of them would take seconds. */
const MOST_SUGGESTIONS = 5;

function suggestions(errors: readonly FoundError[]): Map<FoundError, string> {
  const meant = new Map<FoundError, string>();
  for (const error of errors.filter(({ unknown }) => unknown).slice(0, MOST_SUGGESTIONS)) {
    const { property, target } = error.unknown!;
    const word = target && similarWord(property, fieldsOf(target.constructor));
    if (word) meant.set(error, `${UNKNOWN}: did you mean ${word}?`);
  }
  return meant;
}

const FIELDS = new Map<Function, readonly string[]>();

function fieldsOf(type: Function): readonly string[] {
  const known = FIELDS.get(type);
  if (known) return known;
  const checks = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  const fields = [...new Set(checks.map(({ propertyName }) => propertyName))];
  FIELDS.set(type, fields);
  return fields;
}

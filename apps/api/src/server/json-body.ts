import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest, FastifyReply } from 'fastify';
import { isUtf8 } from 'node:buffer';
import { jsonExcess, type JsonBounds } from '#runtime/bounded-json.js';
import { jsonFault, type JsonFault } from '#runtime/json-fault.js';
import { changedNumbers, type ChangedNumber } from '#runtime/exact-numbers.js';
import { InvalidFields, type FieldError } from '#rules/errors/domain-error.js';

/** Bounds of a body; none of this API needs more. They let later code recurse safely. */
const BODY_BOUNDS: JsonBounds = { depth: 20, containers: 2_000, values: 10_000, fields: 1_000 };

/** Bounds of a bulk: 1,000 contacts with 100 values each, in 20 lists and objects. */
const BULK_BOUNDS: JsonBounds = { ...BODY_BOUNDS, containers: 20_000, values: 100_000 };

/** Wrong numbers that one answer lists: more than a person writes by hand. */
const MOST_NUMBERS = 100;

/** Numbers that are listed as problems in a list of objects. With more, the list as a whole is rejected. */
const MOST_NUMBERS_OF_A_BULK = 2_000;

/**
 * Parses bodies as Fastify does by default, after three checks: UTF-8, the bounds of size, and numbers that stay exact.
 * Parsing comes before authentication.
 */
export function acceptJson(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const text = body.toString('utf8');
    const fault = encodingFault(body, text) ?? jsonExcess(text, boundsFor(request));
    if (fault !== null) return done(new InvalidFields([{ field: 'body', message: fault }]));
    return void parse(request, text, (error, value) => {
      if (error) return done(new MalformedJson(jsonFault(text)));
      const errors = numberErrors(request, text);
      if (errors.length > 0) done(new InvalidFields(errors));
      else done(null, value);
    });
  });
}

/**
 * Tells where a body is not JSON. Without a position the body is JSON whose fields would change every object
 * (`__proto__`).
 */
export class MalformedJson extends Error {
  override readonly name = 'MalformedJson';

  constructor(fault: JsonFault | null) {
    super(
      fault
        ? `The body is not valid JSON: see line ${fault.line}, column ${fault.column}`
        : 'The body has a field that no object may have, such as __proto__',
    );
  }
}

function isBulk({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.url?.endsWith('/contacts/bulk') ?? false;
}

function boundsFor(request: FastifyRequest): JsonBounds {
  return isBulk(request) ? BULK_BOUNDS : BODY_BOUNDS;
}

/** Returns what is wrong with a text that is not UTF-8. Its letters would be stored as replacement characters. */
function encodingFault(body: Buffer, text: string): string | null {
  if (isUtf8(body)) return null;
  const read = Buffer.from(text, 'utf8');
  const at = body.findIndex((byte, index) => byte !== read[index]);
  return `is not UTF-8 at byte ${at}: send JSON in UTF-8, whatever encoding the text came in`;
}

/** Keeps what is wrong with one contact of a list for `changedNumbersOf`: each is judged by itself. */
function numberErrors(request: FastifyRequest, text: string): FieldError[] {
  if (!isBulk(request)) return changedNumbers(text, MOST_NUMBERS).map((found) => numberError(found));
  const found = changedNumbers(text, MOST_NUMBERS_OF_A_BULK + 1);
  if (found.length > MOST_NUMBERS_OF_A_BULK) return found.slice(0, MOST_NUMBERS).map((one) => numberError(one));
  const ofContacts = found.filter(({ path }) => isOfContact(path));
  const errors = new Map(ofContacts.map((one) => [one.path[1] as number, numberError(one, 2)]));
  if (errors.size > 0) NUMBERS_OF.set(request, errors);
  return found
    .filter(({ path }) => !isOfContact(path))
    .slice(0, MOST_NUMBERS)
    .map((one) => numberError(one));
}

function isOfContact([list, index, field]: ChangedNumber['path']): boolean {
  return list === 'contacts' && typeof index === 'number' && field !== undefined;
}

const LONGEST_SHOWN = 40;
const LONGEST_FIELD = 200;

/** @param skipped steps of the path that the reader of the error knows already. */
function numberError({ path, source, read }: ChangedNumber, skipped = 0): FieldError {
  const field = path
    .slice(skipped)
    .map((step, n) => (typeof step === 'number' ? `[${step}]` : n === 0 ? step : `.${step}`))
    .join('');
  const shown = source.length > LONGEST_SHOWN ? `${source.slice(0, LONGEST_SHOWN)} …` : source;
  const message = `has more digits than a number keeps: ${shown} would become ${read}. Send it as text, in quotes`;
  return { field: field.slice(0, LONGEST_FIELD).toWellFormed() || 'body', message };
}

const NUMBERS_OF = new WeakMap<FastifyRequest, ReadonlyMap<number, FieldError>>();

const NONE: ReadonlyMap<number, FieldError> = new Map();

/** Returns numbers that parsing would change in the contacts of a request, by the contact's index in the list. */
export function changedNumbersOf(request: FastifyRequest): ReadonlyMap<number, FieldError> {
  return NUMBERS_OF.get(request) ?? NONE;
}

/** Ignores the content type of a request without a body: many clients announce JSON with every POST. */
export async function ignoreContentTypeOfEmptyBody({ headers }: FastifyRequest, _reply: FastifyReply): Promise<void> {
  const isEmpty = (headers['content-length'] ?? '0') === '0' && headers['transfer-encoding'] === undefined;
  if (isEmpty) delete headers['content-type'];
}

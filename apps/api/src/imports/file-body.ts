import fastifyMultipart from '@fastify/multipart';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { InvalidFields } from '#rules/errors/domain-error.js';
import { WEBHOOK_ROUTE } from '../webhooks/webhook-endpoint.js';

/** Content types of files that browsers, spreadsheets and curl send. */
export const FILE_TYPES = [
  'text/csv',
  'text/plain',
  'application/csv',
  'application/vnd.ms-excel',
  'application/octet-stream',
];
export const PACKED_TYPES = ['application/gzip', 'application/x-gzip'];

const MOST_FIELDS = 10;
const MOST_FIELD_BYTES = 20_000;

/** Bounds of one part of a form. */
const MOST_HEADERS = 20;

/**
 * Lets the routes that take files have them as streams. Nothing of a stream is read before the handler reads it. All
 * other routes reject files, except for provider webhooks, which may be of any type.
 */
export async function acceptFiles(app: NestFastifyApplication): Promise<void> {
  await app.register(fastifyMultipart, {
    limits: {
      fileSize: Infinity,
      files: 1,
      fields: MOST_FIELDS,
      parts: MOST_FIELDS + 1,
      headerPairs: MOST_HEADERS,
      fieldSize: MOST_FIELD_BYTES,
    },
  });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addContentTypeParser([...FILE_TYPES, ...PACKED_TYPES], (_request, payload, done) => done(null, payload));
  fastify.addHook('onRequest', refuseFilesElsewhere);
}

async function refuseFilesElsewhere(request: FastifyRequest, _reply: FastifyReply): Promise<void> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  const isFile = type === 'multipart/form-data' || FILE_TYPES.includes(type) || PACKED_TYPES.includes(type);
  if (!isFile || acceptsFiles(request) || request.routeOptions.url === WEBHOOK_ROUTE) return;
  throw Object.assign(new Error('This operation accepts no files'), {
    code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE',
    statusCode: 415,
  });
}

function acceptsFiles({ method, routeOptions }: FastifyRequest): boolean {
  return method === 'POST' && (routeOptions.url?.endsWith('/imports') ?? false);
}

/** File that is being received. */
export interface Upload {
  readonly name: string | null;
  readonly bytes: AsyncIterable<Buffer>;
}

/** Returns the body as a file; null if it is a form. */
export function rawFile(request: FastifyRequest): Upload | null {
  return request.body instanceof Readable ? { name: null, bytes: request.body as AsyncIterable<Buffer> } : null;
}

const LONGEST_NAME = 255;

export function storableName(name: string): string {
  return name.replaceAll('\0', '').toWellFormed().slice(0, LONGEST_NAME);
}

/** Returns a field of a form as sent. @throws InvalidFields for one that was not UTF-8, whose letters are lost. */
export function utf8Field({ fieldname, value }: { readonly fieldname: string; readonly value: unknown }): unknown {
  if (typeof value !== 'string' || !value.includes('\ufffd')) return value;
  throw new InvalidFields([{ field: fieldname, message: 'is not UTF-8: send the fields of the form in UTF-8' }]);
}

/** Returns what is wrong with a form, if an error says that; null for any other error. */
export function formProblem(error: unknown): InvalidFields | null {
  if (error instanceof InvalidFields) return error;
  const { code, message } = error as { code?: unknown; message?: unknown };
  const isOfForm = typeof code === 'string' && code.startsWith('FST_');
  const text = String(message);
  if (!isOfForm && !/unexpected end of form|multipart|boundary|malformed/i.test(text)) return null;
  return new InvalidFields([{ field: 'body', message: `is not a form with one file: ${text}` }]);
}

export function hasBoundary({ headers }: FastifyRequest): boolean {
  return /;\s*boundary=./i.test(headers['content-type'] ?? '');
}

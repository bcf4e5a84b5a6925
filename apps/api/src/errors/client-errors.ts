import { Logger } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpProblemCode } from './problem-catalogue.js';
import { problem } from './problem.js';
import { linger } from '../server/unread-body.js';

interface Complaint {
  readonly code: HttpProblemCode;
  readonly detail: string;
}

const UNREADABLE: Complaint = {
  code: 'malformed_request',
  detail: 'The request cannot be read: its first line, a header or the framing of its body is not HTTP/1.1',
};

/** Complaints of Node's parser that say more than that a request cannot be read, by their codes. */
const COMPLAINTS: Readonly<Record<string, Complaint>> = {
  HPE_HEADER_OVERFLOW: {
    code: 'headers_too_large',
    detail: 'The headers are larger than 16 KiB: send fewer or shorter ones, cookies above all',
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    code: 'payload_too_large',
    detail: 'The extensions of chunks are larger than 16 KiB',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    code: 'request_timeout',
    detail: 'The request did not come in time: send its headers within a minute',
  },
  HPE_INVALID_METHOD: { code: 'malformed_request', detail: 'The method is none of HTTP' },
  HPE_INVALID_CONTENT_LENGTH: { code: 'malformed_request', detail: 'Content-Length is not one number' },
  HPE_UNEXPECTED_CONTENT_LENGTH: {
    code: 'malformed_request',
    detail: 'Content-Length may be given once, and not beside Transfer-Encoding',
  },
  HPE_INVALID_TRANSFER_ENCODING: { code: 'malformed_request', detail: 'Transfer-Encoding must be chunked, or absent' },
  HPE_INVALID_HEADER_TOKEN: { code: 'malformed_request', detail: 'A header has characters that no header may have' },
  HPE_INVALID_VERSION: { code: 'malformed_request', detail: 'This server speaks HTTP/1.1' },
  HPE_PAUSED_H2_UPGRADE: { code: 'malformed_request', detail: 'This server speaks HTTP/1.1' },
};

const NO_PROXY: Complaint = { code: 'malformed_request', detail: 'This server is no proxy: CONNECT leads nowhere' };

const logger = new Logger('Http');
const answered = new WeakSet<Socket>();

/** Answers bytes that Node cannot parse as a request, and ends the connection. No route or hook sees them. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (answered.has(socket)) return;
  if (!socket.writable || isAnswering(socket)) return void socket.destroy();
  const known = Object.hasOwn(COMPLAINTS, error.code ?? '') ? COMPLAINTS[error.code!] : undefined;
  answerUnread(socket, known ?? UNREADABLE, error.code);
}

/** True if an answer has begun on this connection. A second one would stand in its middle. */
function isAnswering(socket: Socket & { readonly _httpMessage?: ServerResponse | null }): boolean {
  // Node goes by the same field, and has no other.
  // oxlint-disable-next-line eslint/no-underscore-dangle
  return socket._httpMessage?.headersSent === true;
}

function answerUnread(socket: Socket, { code, detail }: Complaint, reason = 'none'): void {
  answered.add(socket);
  const requestId = randomUUID();
  const body = { ...problem(code, detail), request_id: requestId };
  socket.write(messageOf(body.status, requestId, JSON.stringify(body)));
  linger(socket);
  logger.log({ method: null, route: '(unreadable)', status: body.status, reason, request_id: requestId });
}

function messageOf(status: number, requestId: string, body: string): string {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    'connection: close',
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** Answers with a problem what Node itself would answer without a body, or not at all. */
export function answerWhatNodeWould(fastify: FastifyInstance): void {
  const { server } = fastify;
  server.on('connect', (_request: IncomingMessage, socket: Socket) => {
    socket.on('error', () => socket.destroy());
    answerUnread(socket, NO_PROXY);
  });
  // Other expectations than 100-continue may be ignored (RFC 9110 §10.1.1).
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

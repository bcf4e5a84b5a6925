import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { Observable } from 'rxjs';
import { InvalidFields, type FieldError } from '#rules/errors/domain-error.js';
import type { CurrentUser } from '../http/current-user.js';
import { withoutOwnTenant } from '../http/own-tenant.js';

type Request = FastifyRequest & { user?: CurrentUser };

/**
 * Rejects a query or a body that the handler does not read. The parts that it reads are checked against their DTOs
 * (`fields-pipe.ts`). Runs after authentication and before the handler.
 */
@Injectable()
export class ExpectedRequest implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Request>();
    const isStream = request.body instanceof Readable || Buffer.isBuffer(request.body);
    if (!isStream && request.user) request.body = withoutOwnTenant(request.body, request.user.tenant_id);
    const query = request.query as Readonly<Record<string, unknown>>;
    const errors = [
      ...(hasParameter(context, RouteParamtypes.QUERY) ? pagingErrors(query) : unknownParameters(query)),
      ...(hasParameter(context, RouteParamtypes.BODY)
        ? missingBody(request)
        : isStream
          ? []
          : unknownBody(request.body)),
    ];
    if (errors.length > 0) throw new InvalidFields(errors);
    return next.handle();
  }
}

/** Returns true if the handler has a parameter of this kind. */
function hasParameter(context: ExecutionContext, kind: RouteParamtypes): boolean {
  const parameters = Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name) as
    object | undefined;
  return Object.keys(parameters ?? {}).some((key) => key.startsWith(`${kind}:`));
}

const MOST_ERRORS = 100;

function unknownParameters(query: object): FieldError[] {
  return toErrors(query, 'is not a known field: this operation has no parameters');
}

function unknownBody(body: unknown): FieldError[] {
  if (body === undefined || body === null) return [];
  if (typeof body === 'object' && !Array.isArray(body))
    return toErrors(body, 'is not a known field: this operation has no body');
  return [{ field: 'body', message: 'must be left out: this operation has no body' }];
}

function toErrors(given: object, message: string): FieldError[] {
  return Object.keys(given)
    .slice(0, MOST_ERRORS)
    .map((field) => ({ field: field.slice(0, 200).toWellFormed(), message }));
}

function missingBody({ method, body }: Request): FieldError[] {
  if (method !== 'PATCH' || body !== undefined) return [];
  return [{ field: 'body', message: 'is required: send an object with the fields to change' }];
}

function pagingErrors(query: Readonly<Record<string, unknown>>): FieldError[] {
  if (query['page'] === undefined || query['cursor'] === undefined) return [];
  return [{ field: 'page', message: 'cannot stand beside cursor, which says where the page begins: leave one out' }];
}

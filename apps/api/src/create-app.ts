import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestFactory } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '#config/config.js';
import { jsonLogger } from '#runtime/logging.js';
import { actAs } from '#database/connection/actor.js';
import { ApiModule } from './api.module.js';
import { refuseStrangers } from './auth/refuse-strangers.js';
import { limitWaitForBodies } from './server/body-deadline.js';
import { readAddresses } from './server/caller-address.js';
import { ignoreContentTypeOfEmptyBody, acceptJson } from './server/json-body.js';
import { refuseUnseen } from './server/request-shape.js';
import { ExpectedRequest } from './fields/expected-request.js';
import { fieldsPipe } from './fields/fields-pipe.js';
import { answerClientError, answerWhatNodeWould } from './errors/client-errors.js';
import { requireHost } from './server/require-host.js';
import { ProblemFilter } from './errors/problem.filter.js';
import { Unroutable } from './errors/unroutable.js';
import { protect } from './server/protect.js';
import { closeWithLastAnswers } from './server/last-answers.js';
import { RouteTable } from './server/route-table.js';
import { logRequests, requestIdOf } from './server/request-log.js';
import { closeUnreadBodies } from './server/unread-body.js';
import { acceptFiles } from './imports/file-body.js';
import { limitAddresses } from './limits/limit-addresses.js';
import { Limits } from './limits/limits.js';
import { serveOpenApi } from './openapi/serve-openapi.js';
import { serveTelephony } from './webhooks/serve-telephony.js';

const BODY_LIMIT_BYTES = 1_048_576;
const LONGEST_UPLOAD_MS = 6 * 3_600_000;

/** The API, ready to listen. */
export async function createApp(config: Config): Promise<NestFastifyApplication> {
  const routes = new RouteTable();
  const filter = new ProblemFilter(routes);
  const unroutable = new Unroutable(filter);
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.forRoot(config), adapter(unroutable, config), {
    logger: jsonLogger(config.logLevel),
    abortOnError: false,
    // Ours are bounded; forms are in no contract of ours.
    bodyParser: false,
  });
  const fastify = app.getHttpAdapter().getInstance();
  readAddresses(fastify);
  routes.watch(fastify);
  logRequests(fastify);
  closeWithLastAnswers(fastify);
  closeUnreadBodies(fastify);
  answerWhatNodeWould(fastify);
  await protect(app, config);
  const limits = app.get(Limits);
  limitAddresses(fastify, limits);
  unroutable.watch(fastify);
  requireHost(fastify);
  refuseStrangers(fastify, limits);
  fastify.addHook('onRequest', ignoreContentTypeOfEmptyBody);
  limitWaitForBodies(fastify);
  acceptJson(app);
  await acceptFiles(app);
  fastify.addHook('preValidation', refuseUnseen);
  fastify.addHook('preHandler', ({ ip, id: requestId }, _reply, done) =>
    actAs({ kind: 'user', id: null, ip, requestId, tenantId: null, isAcrossTenants: false }, done),
  );
  await serveTelephony(app, config, filter);
  app.setGlobalPrefix('api/v1', { exclude: ['livez', 'readyz'] });
  app.useGlobalInterceptors(new ExpectedRequest());
  app.useGlobalPipes(fieldsPipe());
  app.useGlobalFilters(filter);
  app.enableShutdownHooks([], { useProcessExit: true });
  serveOpenApi(app, config.publicUrl);
  return app;
}

function adapter(unroutable: Unroutable, { trustedProxies }: Config): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    genReqId: requestIdOf,
    requestTimeout: LONGEST_UPLOAD_MS,
    clientErrorHandler: answerClientError,
    http: { requireHostHeader: false },
    // What comes over a connection that is open while we shut down is answered, as what came before it is.
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true },
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      unroutable.send(error, request, reply),
  });
}

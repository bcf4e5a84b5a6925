import helmet from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '#config/config.js';

const CORS_MAX_AGE_SECONDS = 600;

/** Sets the headers that tell browsers and caches which pages may read an answer, and that none may store it. */
export async function protect(
  app: NestFastifyApplication,
  { publicUrl, corsOrigins }: Pick<Config, 'publicUrl' | 'corsOrigins'>,
): Promise<void> {
  await sendSecurityHeaders(app, publicUrl.startsWith('https:'));
  keepNothing(app);
  if (corsOrigins.length > 0) allowOrigins(app, corsOrigins);
}

/** No `upgrade-insecure-requests`: it would break Swagger UI over plain HTTP; TLS is the proxy's business. */
async function sendSecurityHeaders(app: NestFastifyApplication, isBehindTls: boolean): Promise<void> {
  await app.register(helmet, {
    strictTransportSecurity: isBehindTls,
    contentSecurityPolicy: {
      directives: {
        upgradeInsecureRequests: null,
        imgSrc: ["'self'", 'data:'],
        mediaSrc: ["'self'", 'blob:'],
      },
    },
  });
}

/** Forbids caches to store answers, which contain phone numbers and tokens. Documents for all clients override this. */
function keepNothing(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (_request, reply, done) => {
    void reply.header('cache-control', 'no-store');
    done();
  });
}

function allowOrigins(app: NestFastifyApplication, origins: readonly string[]): void {
  app.enableCors({
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', 'x-request-id'],
    exposedHeaders: ['x-request-id', 'retry-after', 'ratelimit', 'ratelimit-policy', 'content-disposition'],
    maxAge: CORS_MAX_AGE_SECONDS,
  });
}

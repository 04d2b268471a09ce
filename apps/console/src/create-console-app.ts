import type { HttpsOptions } from '@nestjs/common/interfaces/external/https-options.interface.js';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { nestLogger } from '@sluice/runtime';
import type { KeyPair } from '@sluice/tls';
import { ConsoleModule, type ConsoleDependencies } from './console.module.js';
import { serveOpenApi } from './api/serve-openapi.js';
import { securityHeaders } from './api/security-headers.js';
import { servePages } from './pages/serve-pages.js';
import { SessionCookie } from './session/session-cookie.js';

const bodyLimit = '64kb';
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;

/** The HTTPS application, not listening yet. */
export async function createConsoleApp(
  dependencies: ConsoleDependencies,
  keyPair: KeyPair,
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(ConsoleModule.with(dependencies), {
    httpsOptions: tlsOptions(keyPair),
    logger: nestLogger(dependencies.logger),
    abortOnError: false,
    bodyParser: false,
  });
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(securityHeaders);
  if (dependencies.pagesFolder !== undefined) app.use(servePages(dependencies.pagesFolder));
  app.useBodyParser('json', { limit: bodyLimit });
  serveOpenApi(app, app.get(SessionCookie).name);
  const server = app.getHttpServer();
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  return app;
}

/** Nest's type leaves `minVersion` out; Node takes it. */
const tlsOptions = ({ certPem, keyPem }: KeyPair): HttpsOptions & { minVersion: 'TLSv1.2' } => ({
  cert: certPem,
  key: keyPem,
  minVersion: 'TLSv1.2',
});

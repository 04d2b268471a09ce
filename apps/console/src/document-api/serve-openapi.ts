import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { softwareVersion } from '@sluice/runtime';
import type { SessionCookie } from '../sign-in/session-cookie.js';

/** The description follows from the controllers and their schemas; nothing is written twice. */
export function describeApi(app: INestApplication, cookie: SessionCookie): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle("Sluice: the operators' API")
    .setDescription(
      'Sign in with POST /api/session and send the header X-CSRF-Token with changes, or send an API token as Bearer.' +
        ' Lists take limit and cursor and answer {"items", "nextCursor"}; errors are {"error", "message", "fields"}.',
    )
    .setVersion(softwareVersion)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'an API token' }, 'token')
    .addCookieAuth(cookie.name, { type: 'apiKey', in: 'cookie' }, 'session')
    .addSecurityRequirements('token')
    .addSecurityRequirements('session')
    .build();
  return SwaggerModule.createDocument(app, config);
}

/** Open to all: it says what the source says. */
export function serveOpenApi(app: INestApplication, cookie: SessionCookie): void {
  let document: OpenAPIObject | undefined;
  SwaggerModule.setup('api/docs', app, () => (document ??= describeApi(app, cookie)), {
    jsonDocumentUrl: 'api/openapi.json',
    raw: ['json'],
    customSiteTitle: 'Sluice: the operators’ API',
  });
}

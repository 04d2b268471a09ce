import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { softwareVersion } from '@sluice/runtime';

/** The description follows from the controllers and their schemas; nothing is written twice. */
export function describeApi(app: INestApplication, cookieName: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle("Sluice: the operators' API")
    .setDescription(
      'Sign in with POST /api/session and send the header X-CSRF-Token with changes, or send an API token as Bearer.' +
        ' Lists take limit and cursor and answer {"items", "nextCursor"}; errors are {"error", "message", "fields"}.',
    )
    .setVersion(softwareVersion)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'an API token' }, 'token')
    .addCookieAuth(cookieName, { type: 'apiKey', in: 'cookie' }, 'session')
    .addSecurityRequirements('token')
    .addSecurityRequirements('session')
    .build();
  return SwaggerModule.createDocument(app, config);
}

/** Open to all: it says what the source says. */
export function serveOpenApi(app: INestApplication, cookieName: string): void {
  let document: OpenAPIObject | undefined;
  SwaggerModule.setup('api/docs', app, () => (document ??= describeApi(app, cookieName)), {
    jsonDocumentUrl: 'api/openapi.json',
    raw: ['json'],
    customSiteTitle: 'Sluice: the operators’ API',
  });
}

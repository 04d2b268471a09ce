import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { apiAnswers } from '@sluice/console-api';
import { softwareVersion } from '@sluice/runtime';
import { z } from 'zod';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

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
  return withAnswers(SwaggerModule.createDocument(app, config));
}

/** What each request answers, from the schemas that pages, command line and tests share. */
function withAnswers(document: OpenAPIObject): OpenAPIObject {
  for (const [route, schema] of Object.entries<z.ZodType | null>(apiAnswers)) {
    const [method = '', path = ''] = route.split(' ');
    const item = document.paths[path] as Record<string, Operation | undefined> | undefined;
    const operation = item?.[method.toLowerCase()];
    if (operation === undefined) throw new Error(`${route} has an answer's schema and no handler`);
    const status = Object.keys(operation.responses).find((one) => one.startsWith('2')) ?? '200';
    const before = operation.responses[status];
    const described = {
      description: 'success',
      ...(schema === null ? {} : { content: { 'application/json': { schema: toOpenApi(schema) } } }),
    };
    operation.responses[status] = { ...before, ...described } as Operation['responses'][string];
  }
  return document;
}

const toOpenApi = (schema: z.ZodType) =>
  z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'output', unrepresentable: 'any' });

/** Open to all: it says what the source says. */
export function serveOpenApi(app: INestApplication, cookieName: string): void {
  let document: OpenAPIObject | undefined;
  SwaggerModule.setup('api/docs', app, () => (document ??= describeApi(app, cookieName)), {
    jsonDocumentUrl: 'api/openapi.json',
    raw: ['json'],
    customSiteTitle: 'Sluice: the operators’ API',
  });
}

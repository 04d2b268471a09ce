import { StandardSchemaValidationPipe } from '@nestjs/common';
import { badRequest } from './api.errors.js';

type Issues = Parameters<
  NonNullable<ConstructorParameters<typeof StandardSchemaValidationPipe>[0]>['exceptionFactory'] & object
>[0];

const mostFields = 32;

/** Checks bodies, queries and parameters against the schemas in the controllers' decorators: 400 with one line a field. */
export const inputPipe = (): StandardSchemaValidationPipe =>
  new StandardSchemaValidationPipe({ exceptionFactory: toBadRequest });

function toBadRequest(issues: Issues) {
  const fields: Record<string, string> = {};
  for (const issue of issues.slice(0, mostFields)) fields[nameOf(issue.path)] ??= issue.message;
  const { '': whole, ...named } = fields;
  const first = whole ?? Object.entries(named).map(([name, message]) => `${name}: ${message}`)[0];
  return badRequest(first ?? 'not valid', Object.keys(named).length > 0 ? named : undefined);
}

const nameOf = (path: Issues[number]['path']): string =>
  (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');

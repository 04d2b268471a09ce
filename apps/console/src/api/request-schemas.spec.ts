import { readdirSync } from 'node:fs';
import path from 'node:path';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { apiRequests, type ApiRequest } from '@sluice/console-api/requests';

const source = path.resolve(import.meta.dirname, '..');

interface Parameter {
  readonly data?: unknown;
  readonly schema?: unknown;
}
interface Handler {
  readonly route: string;
  readonly parameters: readonly (Parameter & { readonly kind: 'body' | 'query' })[];
}

/** Nest's own numbers of what a parameter is. */
const kinds: Readonly<Record<string, 'body' | 'query'>> = { '3': 'body', '4': 'query' };

/** Handlers of a controller's class; none of another export. */
function handlersOf(exported: unknown): Handler[] {
  if (typeof exported !== 'function') return [];
  const base: unknown = Reflect.getMetadata(PATH_METADATA, exported);
  if (typeof base !== 'string') return [];
  const prototype = exported.prototype as Record<string, object>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const method: unknown = Reflect.getMetadata(METHOD_METADATA, prototype[name] ?? {});
    if (typeof method !== 'number') return [];
    const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, exported, name) ?? {}) as Record<
      string,
      Parameter
    >;
    const parameters = Object.entries(args).flatMap(([key, parameter]) => {
      const kind = kinds[key.split(':')[0] ?? ''];
      return kind === undefined ? [] : [{ ...parameter, kind }];
    });
    const own = String(Reflect.getMetadata(PATH_METADATA, prototype[name] ?? {}));
    return [{ route: `${RequestMethod[method] ?? ''} ${join(base, own)}`, parameters }];
  });
}
const join = (base: string, own: string): string =>
  `/${[base, own]
    .map((part) => part.replace(/^\/|\/$/g, ''))
    .filter((part) => part !== '')
    .join('/')}`.replaceAll(':id', '{id}');

describe('requests of the API', () => {
  const handlers: Handler[] = [];

  beforeAll(async () => {
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => name.endsWith('.controller.ts')))
      handlers.push(...Object.values((await import(path.join(source, file))) as object).flatMap(handlersOf));
  });

  it('are checked by the schemas that pages, command line and tests share, and by no others', () => {
    const requests: Record<string, ApiRequest> = apiRequests;
    const taken = handlers.filter(({ parameters }) => parameters.length > 0);
    expect(taken.map(({ route }) => route).sort()).toEqual(Object.keys(apiRequests).sort());
    for (const { route, parameters } of taken)
      for (const { kind, schema } of parameters)
        expect([route, kind, schema === requests[route]?.[kind]]).toEqual([route, kind, true]);
  });
});

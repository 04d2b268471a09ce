import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createMetrics } from './create-metrics.js';
import { ReadinessModule, startManagement, type Management, type ReadinessChecks } from './management.js';

let app: INestApplicationContext;
let management: Management | undefined;
beforeAll(async () => {
  app = await NestFactory.createApplicationContext(ReadinessModule, { logger: false });
});
afterAll(() => app.close());
afterEach(async () => management?.close());

async function serve(checks: ReadinessChecks): Promise<string> {
  const metrics = createMetrics('test');
  management = await startManagement({ app, host: '127.0.0.1', port: 0, checks, metrics });
  return `http://127.0.0.1:${management.port}`;
}

describe('management server', () => {
  it('is ready when every check passes', async () => {
    const base = await serve({ broker: () => undefined });
    expect((await fetch(`${base}/health/ready`)).status).toBe(200);
  });
  it('is not ready when a check throws, says which and why, and stays alive', async () => {
    const base = await serve({
      broker: () => undefined,
      database: () => Promise.reject(new Error('no connection')),
    });
    const answer = await fetch(`${base}/health/ready`);
    expect(answer.status).toBe(503);
    expect(JSON.stringify(await answer.json())).toContain('no connection');
    expect(await management?.problems()).toEqual(['database: no connection']);
    expect((await fetch(`${base}/health/live`)).status).toBe(200);
  });
  it('counts a check that hangs as failing', async () => {
    const base = await serve({ stuck: () => new Promise(() => undefined) });
    expect((await fetch(`${base}/health/ready`)).status).toBe(503);
  });
  it('serves nothing else', async () => {
    const base = await serve({});
    expect((await fetch(`${base}/health`)).status).toBe(404);
    expect((await fetch(`${base}/health/live`, { method: 'POST' })).status).toBe(404);
  });
  it('serves metrics in the text format', async () => {
    const base = await serve({});
    const answer = await fetch(`${base}/metrics`);
    expect(answer.headers.get('content-type')).toContain('text/plain');
    expect(await answer.text()).toContain('process_cpu_user_seconds_total{service="test"}');
  });
});

import { once } from 'node:events';
import { mostStreamsEach } from './event-streams.service.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { get } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SightingStore } from '../external-systems/sighting.store.js';
import { ConsoleUnderTest } from '../testing/console-under-test.js';
import { sightingOf } from '../testing/sighting-of.js';

describe('the stream of events', () => {
  let app: ConsoleUnderTest;
  let token: string;

  beforeAll(async () => {
    app = await ConsoleUnderTest.start();
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    token = await app.token('auditor');
  });
  /** One that stays open would count for the next test, and the console would wait for it when it stops. */
  const opened: IncomingMessage[] = [];
  afterEach(() => {
    for (const stream of opened.splice(0)) stream.destroy();
  });

  const open = async (as?: Record<string, string>): Promise<IncomingMessage> => {
    const { port } = app.app.getHttpServer().address() as AddressInfo;
    const headers = as ?? { authorization: `Bearer ${token}` };
    const stream = await new Promise<IncomingMessage>((resolve, reject) => {
      get({ host: '127.0.0.1', port, path: '/api/events', headers, rejectUnauthorized: false }, resolve).once(
        'error',
        reject,
      );
    });
    opened.push(stream);
    return stream;
  };

  /** Resolves with the first state for which `isIt` holds; the test's own deadline ends the wait. */
  async function stateWhere(stream: IncomingMessage, isIt: (state: Record<string, number>) => boolean) {
    let text = '';
    for await (const chunk of stream) {
      text += String(chunk);
      for (const [, data = ''] of text.matchAll(/^data: (.*)\n\n/gm)) {
        const state = JSON.parse(data) as Record<string, number>;
        if (isIt(state)) return state;
      }
    }
    throw new Error(`the stream ended: ${text}`);
  }

  it('begins with the state of now and tells of a new request', async () => {
    const stream = await open();
    expect(stream.headers['content-type']).toContain('text/event-stream');
    const changed = stateWhere(stream, (state) => state['pendingRequests'] === 1);
    await app.get(SightingStore).record([sightingOf('fs-1')]);
    expect(await changed).toEqual({
      registryRevision: expect.any(Number),
      pendingRequests: 1,
      newAlerts: 0,
      failedJobs: 0,
      lastAlertId: 0,
      problems: {},
    });
  });

  it('ends with the session or token it was opened with', async () => {
    const password = 'long enough for all';
    const admin = await app.token('administrator');
    const { id, headers } = await app.addOperator(admin, { username: 'ann', password, role: 'auditor' });
    const { cookie = '' } = headers;
    const ended = async (stream: IncomingMessage) => {
      stream.resume();
      await once(stream, 'end');
    };
    const [ofSession, ofToken] = [await open({ cookie }), await open()];
    await app.rows('DELETE FROM registry.operators WHERE id = $1', [id]);
    await ended(ofSession);
    await app.rows('UPDATE registry.tokens SET revoked_at = now() WHERE role = $1', ['auditor']);
    await ended(ofToken);
  });

  it('is bounded for each session or token, not for the others', async () => {
    for (let count = 0; count < mostStreamsEach; count += 1) await open();
    const refused = await open();
    expect(refused.statusCode).toBe(503);
    const other = await open({ authorization: `Bearer ${await app.token('administrator')}` });
    expect(other.statusCode).toBe(200);
  });

  it('is refused to no one in particular', async () => {
    expect((await app.call('GET', '/api/events')).status).toBe(401);
  });
});

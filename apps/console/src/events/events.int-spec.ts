import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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
    token = await app.token('auditor');
  });
  afterAll(() => app.stop());

  const open = (): Promise<IncomingMessage> => {
    const { port } = app.app.getHttpServer().address() as AddressInfo;
    const headers = { authorization: `Bearer ${token}` };
    return new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port, path: '/api/events', headers, rejectUnauthorized: false }, resolve).once(
        'error',
        reject,
      );
    });
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
      lastAlertId: 0,
    });
    stream.destroy();
  });

  it('is refused to nobody in particular', async () => {
    expect((await app.call('GET', '/api/events')).status).toBe(401);
  });
});

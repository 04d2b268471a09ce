import { readFile } from 'node:fs/promises';
import { connect as connectPlain } from 'node:net';
import { connect } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { certificateFingerprint } from '@sluice/tls';
import { curl } from '../testing/curl.js';
import { opensslCertificate, opensslClient } from '../testing/openssl.js';
import { eventually, RawClient } from '../testing/raw-client.js';
import { newCaller, TestGateway } from '../testing/start-test-gateway.js';
import type { TestCaller } from '../testing/start-test-gateway.js';

let test: TestGateway;
let caller: TestCaller;
beforeAll(async () => {
  test = await TestGateway.start();
});
beforeEach(async () => {
  await test.renew();
  caller = await newCaller(test.folder);
});
afterAll(() => test.stop());

const filters = (): string => test.url('kata', '/scans/filters');
const get = (path: string): string => `GET /kata/scanner/v1/sensors/kata${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

describe('who may call', () => {
  it('is no one without a certificate, and that makes no request', async () => {
    const answer = await curl(null, [filters()]);
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.body)).toEqual({ error: 'Unauthorized', message: expect.any(String) });
    expect(test.sightings).toEqual([]);
  });

  it('hears what is wanted of it, by why it is refused', async () => {
    const advice = async (): Promise<unknown> =>
      (JSON.parse((await curl(caller, [filters()])).body) as { message: unknown }).message;
    expect(await advice()).toMatch(/has to accept .* call again/);
    test.registry.settings.integrationRequests = 'closed';
    expect(await advice()).toMatch(/no requests of new external systems are taken/);
    for (const [state, said] of [
      ['pending', /has to accept this external system first$/],
      ['rejected', /an operator rejected/],
      ['replaced', /a newer certificate/],
    ] as const) {
      test.registry.put('kata', caller.fingerprint, { state, registrationId: null });
      expect(await advice()).toMatch(said);
    }
  });

  it('asks for a certificate and names no authority', async () => {
    const output = await opensslClient(['-connect', `127.0.0.1:${test.port}`], '');
    expect(output).toContain('No client certificate CA names sent');
    expect(output).toContain('Requested Signature Algorithms');
  });

  it('reports an unknown pair once, with what it claims, whatever method and path it used', async () => {
    const url = test.url('kata', '/scans/nothing?sensorType=mail&sensorName=a%E2%80%AEb');
    expect((await curl(caller, ['-X', 'PUT', url])).status).toBe(401);
    expect((await curl(caller, [test.url('kata', '')])).status).toBe(401);
    expect(test.sightings).toEqual([
      {
        v: 1,
        sensorId: 'kata',
        fingerprint: caller.fingerprint,
        address: '127.0.0.1',
        answer: 401,
        tlsVersion: 'TLSv1.3',
        claimedType: 'mail',
        claimedName: 'ab',
        subject: 'CN=file server',
        notBefore: expect.stringMatching(/^\d{4}-.*Z$/),
        notAfter: expect.stringMatching(/^\d{4}-.*Z$/),
        seenAt: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    ]);
  });

  it('takes type and name from headers, and the name from the certificate last', async () => {
    await curl(caller, ['-H', 'X-Sensor-Type: mail', '-H', 'X-Sensor-Name: почта', filters()]);
    await curl(caller, [test.url('other', '/scans/filters')]);
    expect(test.sightings).toMatchObject([
      { claimedType: 'mail', claimedName: 'почта' },
      { claimedType: 'other', claimedName: 'file server', sensorId: 'other' },
    ]);
  });

  it.each(['.hidden', 'a%2Fb', 'a%20b', 'x'.repeat(129), '%zz', ''])(
    'refuses the sensorId %j with 400 and reports nothing',
    async (sensorId) => {
      expect((await curl(caller, ['--path-as-is', test.url(sensorId, '/scans')])).status).toBe(400);
      expect(test.sightings).toEqual([]);
    },
  );

  it('reports no new pair while integration requests are closed', async () => {
    test.registry.settings.integrationRequests = 'closed';
    expect((await curl(caller, [filters()])).status).toBe(401);
    expect(test.sightings).toEqual([]);
  });

  it('answers 503 and reports nothing while the registry is not current', async () => {
    test.registry.isCurrent = false;
    expect((await curl(caller, [filters()])).status).toBe(503);
    expect(test.sightings).toEqual([]);
  });

  it.each(['pending', 'rejected', 'replaced'] as const)('does not serve a %s pair', async (state) => {
    test.registry.put('kata', caller.fingerprint, { state, registrationId: null });
    expect((await curl(caller, [filters()])).status).toBe(401);
  });

  it('is a matter of sensorId and certificate together', async () => {
    test.registry.put('kata', caller.fingerprint);
    const other = await newCaller(test.folder, 'other');
    expect((await curl(caller, [filters()])).status).toBe(200);
    expect((await curl(caller, [test.url('kata2', '/scans/filters')])).status).toBe(401);
    expect((await curl(other, [filters()])).status).toBe(401);
  });

  it.each([
    ['RSA', { name: 'rsa', newkey: ['rsa:2048'] }],
    ['EC', { name: 'ec', newkey: ['ec', '-pkeyopt', 'ec_paramgen_curve:secp384r1'] }],
    ['version 1', { name: 'v1', newkey: ['rsa:2048'], isVersion1: true }],
  ])('accepts any kind of certificate: %s', async (_, options) => {
    const files = await opensslCertificate(test.folder, options);
    const certPem = await readFile(files.certFile, 'utf8');
    const fingerprint = certificateFingerprint(certPem);
    const identity = { ...files, certPem, keyPem: '', fingerprint };
    expect((await curl(identity, [filters()])).status).toBe(401);
    expect(test.sightings).toMatchObject([{ fingerprint, subject: 'O=Test, CN=openssl client' }]);
    test.registry.put('kata', fingerprint);
    expect((await curl(identity, ['--tls-max', '1.2', filters()])).status).toBe(200);
    expect((await curl(identity, ['--tlsv1.3', filters()])).status).toBe(200);
  });
});

describe('a connection', () => {
  it('is ended at once when its pair is deleted or rejected', async () => {
    test.registry.put('kata', caller.fingerprint);
    const client = await RawClient.connect(test.port, caller);
    client.send(get('/scans/filters'));
    await client.until(() => client.statuses.length === 1);
    test.registry.delete('kata', caller.fingerprint);
    await client.until(() => client.isClosed);

    test.registry.put('kata', caller.fingerprint);
    const waiting = await RawClient.connect(test.port, caller);
    waiting.send(get('/scans/state?wait=60'));
    await eventually(() => test.ledger.asked.length >= 2);
    test.registry.put('kata', caller.fingerprint, { state: 'rejected' });
    await waiting.until(() => waiting.isClosed);
    expect(waiting.statuses).toEqual([]);
  });

  it('stays when another pair of the same certificate is deleted', async () => {
    test.registry.put('kata', caller.fingerprint);
    const client = await RawClient.connect(test.port, caller);
    client.send(get('/scans/filters'));
    await client.until(() => client.statuses.length === 1);
    test.registry.delete('other', caller.fingerprint);
    client.send(get('/scans/filters'));
    await client.until(() => client.statuses.length === 2);
    await client.close();
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'resumed with %s keeps the identity, and is refused after a deletion',
    async (version) => {
      test.registry.put('kata', caller.fingerprint);
      const options = { minVersion: version, maxVersion: version };
      const first = await RawClient.connect(test.port, caller, options);
      // TLS 1.3 sends tickets after the handshake, 1.2 within it.
      let session: Buffer | undefined = version === 'TLSv1.2' ? first.socket.getSession() : undefined;
      first.socket.on('session', (ticket: Buffer) => (session = ticket));
      first.send(get('/scans/filters'));
      await first.until(() => first.statuses.length === 1);
      await eventually(() => session !== undefined);
      await first.close();
      const statusWithSession = async (): Promise<number | undefined> => {
        const client = await RawClient.connect(test.port, caller, { ...options, session });
        expect(client.socket.isSessionReused()).toBe(true);
        client.send(get('/scans/filters'));
        await client.until(() => client.statuses.length === 1);
        await client.close();
        return client.statuses[0];
      };
      expect(await statusWithSession()).toBe(200);
      test.registry.delete('kata', caller.fingerprint);
      expect(await statusWithSession()).toBe(401);
    },
  );

  it('is refused a renegotiation', async () => {
    test.registry.put('kata', caller.fingerprint);
    const client = await RawClient.connect(test.port, caller, { maxVersion: 'TLSv1.2' });
    const refused = new Promise<Error | null>((resolve) => {
      client.socket.on('error', resolve);
      client.socket.renegotiate({ rejectUnauthorized: false }, resolve);
    });
    expect(await refused).toMatchObject({ message: expect.stringMatching(/renegotiation/i) });
    await client.close();
    const output = await opensslClient(
      ['-connect', `127.0.0.1:${test.port}`, '-tls1_2', '-cert', caller.certFile, '-key', caller.keyFile],
      'R\n',
    );
    expect(output).toMatch(/no renegotiation/i);
  });

  it('is not made below TLS 1.2', async () => {
    await expect(
      RawClient.connect(test.port, caller, {
        minVersion: 'TLSv1.1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT:@SECLEVEL=0',
      }),
    ).rejects.toThrow();
  });

  it('sees a new server certificate without a restart, old connections stay', async () => {
    test.registry.put('kata', caller.fingerprint);
    const before = await RawClient.connect(test.port, caller);
    test.gateway.server.setKeyPair(await newCaller(test.folder, 'new server'));
    const after = await RawClient.connect(test.port, caller);
    expect(after.socket.getPeerCertificate().subject.CN).toBe('new server');
    for (const client of [before, after]) {
      client.send(get('/scans/filters'));
      await client.until(() => client.statuses.length === 1);
      expect(client.statuses).toEqual([200]);
      await client.close();
    }
  });

  it('that never starts TLS is closed', async () => {
    const impatient = await TestGateway.start({ limits: { handshakeTimeoutMs: 100 } });
    const socket = connectPlain(impatient.port, '127.0.0.1');
    await new Promise((resolve) => socket.on('error', resolve).on('close', resolve));
    await impatient.stop();
  });
});

describe('a TLS socket', () => {
  it('without requests is not counted when it is gone', async () => {
    await eventually(() => test.gateway.server.connections === 0);
    const socket: TLSSocket = connect({ host: '127.0.0.1', port: test.port, rejectUnauthorized: false });
    await eventually(() => test.gateway.server.connections === 1);
    socket.destroy();
    await eventually(() => test.gateway.server.connections === 0);
  });
});

import { randomBytes } from 'node:crypto';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEngineContract } from '@sluice/contracts/testing';
import type { EngineOutcome } from '@sluice/contracts';
import { until } from '@sluice/timing';
import { ClamavEngine } from './clamav.engine.js';
import { eicarTestFile } from './eicar-test-file.js';
import { announcingTar, deepZip } from './probes/limit-samples.js';
import { openableSample, sealedSample } from './probes/sample-files.js';
import { scanBytes, StartedClamav } from './testing/index.js';

describe('ClamAV', () => {
  let on: StartedClamav;
  let engine: ClamavEngine;

  beforeAll(async () => {
    on = await StartedClamav.start();
    ({ engine } = on);
  });
  afterAll(() => on.stop());

  describeEngineContract(
    'ClamAV',
    () => ({
      name: engine.name,
      technology: engine.technology,
      scan: (bytes) => scanBytes(engine, bytes),
      selfTest: () => engine.selfTest(),
    }),
    { infected: eicarTestFile },
  );

  it('says that the signatures are only test signatures', async () => {
    expect(await engine.selfTest()).toMatchObject({ isTestSignatures: true, signaturesAt: null });
  });

  it('takes a large object in any number of chunks', async () => {
    const large = randomBytes(20_000_000);
    expect(await scanBytes(engine, large)).toEqual({ kind: 'clean' });
  });

  describe('asked about many at once', () => {
    const harmless = Array.from({ length: 60 }, (_, index) => Buffer.from(`harmless text ${index}`));
    const together = (contents: readonly Buffer[]): Promise<EngineOutcome> =>
      engine.scanTogether(contents, { timeoutMs: 120_000 });

    it('says clean of harmless ones', async () => {
      expect(await together(harmless)).toEqual({ kind: 'clean' });
    });

    it.each([0, 1, 30, 59])('does not when number %d is bad', async (at) => {
      const contents = harmless.map((one, index) => (index === at ? eicarTestFile() : one));
      expect((await together(contents)).kind).toBe('infected');
    });

    const page = '<html><head></head><body>x</body></html>';
    it.each<[string, Buffer]>([
      ['a page', Buffer.from(page.repeat(40))],
      ['a page in UTF-16', Buffer.from(page.repeat(20), 'utf16le')],
      ['a mail', Buffer.from('From: a@b\r\nReceived: by c\r\nContent-Type: text/plain\r\n\r\nx\r\n')],
      ['the end of a tar', Buffer.alloc(4096)],
      ['a cut header of a tar', Buffer.from('x'.repeat(257) + 'ustar')],
      ['a tar that announces more', announcingTar(10_000_000)],
      ['the beginning of a packed stream', openableSample('gzip').subarray(0, 12)],
      ['a script', Buffer.from('#!/bin/sh\nexit 0\n'.repeat(100))],
      ['a mailbox', Buffer.from('From a@b Thu Jan  1 00:00:00 2026\n\nx\n'.repeat(50))],
      ['a partition table', Buffer.concat([Buffer.from('EFI PART\0\0\x01\0\x5c\0\0\0'), Buffer.alloc(3000)])],
      ['an old partition map', Buffer.concat([Buffer.from('PM\0\0'), Buffer.alloc(3000)])],
      ['a volume of HFS+', Buffer.concat([Buffer.alloc(512), Buffer.from('H+\0\x04'), Buffer.alloc(3000)])],
      ['a program', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(3000)])],
    ])('sees what is before and behind %s', async (_name, first) => {
      for (const contents of [
        [first, ...harmless, eicarTestFile()],
        [eicarTestFile(), first],
        [first, openableSample('zip')],
      ])
        expect((await together(contents)).kind).not.toBe('clean');
    });

    it('says what is sealed, or too deep, of the whole bundle', async () => {
      expect(await together([...harmless, sealedSample('zip')])).toMatchObject({ kind: 'unscannable' });
      expect(await together([...harmless, deepZip(20)])).toMatchObject({ kind: 'unscannable' });
    });
  });

  it('does not send what clamd would refuse', async () => {
    const small = new ClamavEngine({ url: on.clamd.url, maxObjectBytes: 10 });
    expect(await scanBytes(small, Buffer.alloc(11))).toEqual({ kind: 'unscannable', reason: 'too-large' });
    await small.close();
  });

  it('fails, and goes on, when the bytes cannot be read to their end', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield eicarTestFile();
      throw new Error('disk');
    }
    expect(await engine.scan({ sizeBytes: 100, bytes: broken() }, { timeoutMs: 120_000 })).toEqual({
      kind: 'failed',
      code: 'source-failed',
      retryable: true,
    });
    expect((await scanBytes(engine, eicarTestFile())).kind).toBe('infected');
  });

  it('fails while clamd is away and works again after', async () => {
    const asked = scanBytes(engine, randomBytes(100_000_000));
    on.clamd.processes[0]?.kill();
    expect(await asked).toMatchObject({ kind: 'failed', code: 'unreachable', retryable: true });
    // Until told otherwise the supervision would bring it back in between.
    await on.clamd.processes[0]?.stop();
    expect(await scanBytes(engine, eicarTestFile())).toEqual({
      kind: 'failed',
      code: 'unreachable',
      retryable: true,
    });
    expect(await engine.selfTest()).toMatchObject({ isHealthy: false, problem: expect.any(String) });
    await on.clamd.processes[0]?.start();
    await until(async () => (await engine.selfTest()).isHealthy);
    expect((await scanBytes(engine, eicarTestFile())).kind).toBe('infected');
  });
});

describe('a clamd that is none', () => {
  const sockets = new Set<Socket>();
  let server: Server;
  let answer: (socket: Socket) => void;
  let engine: ClamavEngine;

  beforeAll(async () => {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      answer(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    engine = new ClamavEngine({ url: `tcp://127.0.0.1:${port}`, maxObjectBytes: 1e9 });
  });
  afterAll(async () => {
    await engine.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  const onceAsked = (text: string) => (socket: Socket) => void socket.once('data', () => socket.write(text));

  it.each([
    ['another number', '9: stream: OK\0', 'bad-answer'],
    ['no number', 'stream: OK\0', 'never clean'],
    ['two answers', '1: stream: OK\x001: stream: OK\0', 'bad-answer'],
    ['a flood', 'x'.repeat(100_000), 'bad-answer'],
    ['an unknown word', '1: stream: FINE\0', 'bad-answer'],
  ])('is never believed: %s', async (_name, text, code) => {
    answer = onceAsked(text);
    // What is taken for no answer at all ends with the time of the scan.
    const outcome = await scanBytes(engine, Buffer.alloc(1000), code === 'never clean' ? 2000 : undefined);
    expect(outcome.kind).toBe('failed');
    if (code !== 'never clean') expect(outcome).toMatchObject({ code });
  });

  it('is cut off when it says nothing in time', async () => {
    answer = () => undefined;
    expect(await scanBytes(engine, Buffer.alloc(50_000_000), 200)).toEqual({
      kind: 'failed',
      code: 'timeout',
      retryable: true,
    });
  });

  it('fails the scan when it closes in the middle', async () => {
    answer = (socket) => void socket.once('data', () => socket.destroy());
    expect(await scanBytes(engine, Buffer.alloc(50_000_000))).toMatchObject({
      kind: 'failed',
      code: 'unreachable',
    });
  });
});

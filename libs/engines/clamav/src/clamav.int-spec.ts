import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeEngineContract } from '@sluice/contracts/testing';
import type { EngineOutcome } from '@sluice/contracts';
import { type PrivateClamd, startPrivateClamd } from '@sluice/private-servers';
import { ClamavEngine } from './clamav.engine.js';
import { eicarTestFile } from './eicar-test-file.js';

async function* chunks(content: Buffer, chunkBytes = 65_536): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += chunkBytes) yield content.subarray(at, at + chunkBytes);
}

const scan = (engine: ClamavEngine, bytes: Buffer, timeoutMs = 30_000): Promise<EngineOutcome> =>
  engine.scan({ sizeBytes: bytes.length, bytes: chunks(bytes) }, { timeoutMs });

describe('ClamAV', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'clamav-'));
  let clamd: PrivateClamd;
  let engine: ClamavEngine;

  beforeAll(async () => {
    clamd = await startPrivateClamd({ home, officialDatabase: null });
    engine = new ClamavEngine({ url: clamd.url, maxObjectBytes: clamd.maxObjectBytes });
  }, 60_000);
  afterAll(async () => {
    await engine.close();
    await clamd.stop();
    rmSync(home, { recursive: true, force: true });
  });

  describeEngineContract(
    'ClamAV',
    () => ({
      name: engine.name,
      technology: engine.technology,
      scan: (bytes) => scan(engine, bytes),
      selfTest: () => engine.selfTest(),
    }),
    { infected: eicarTestFile },
  );

  it('says that the signatures are only test signatures', async () => {
    expect(await engine.selfTest()).toMatchObject({ isTestSignatures: true, signaturesAt: null });
  });

  it('takes a large object in any number of chunks', async () => {
    const large = randomBytes(20_000_000);
    expect(await scan(engine, large)).toEqual({ kind: 'clean' });
  });

  it('does not send what clamd would refuse', async () => {
    const small = new ClamavEngine({ url: clamd.url, maxObjectBytes: 10 });
    expect(await scan(small, Buffer.alloc(11))).toEqual({ kind: 'unscannable', reason: 'too-large' });
    await small.close();
  });

  it('fails, and goes on, when the bytes can not be read to their end', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield eicarTestFile();
      throw new Error('disk');
    }
    expect(await engine.scan({ sizeBytes: 100, bytes: broken() }, { timeoutMs: 5000 })).toEqual({
      kind: 'failed',
      code: 'source-failed',
      retryable: true,
    });
    expect((await scan(engine, eicarTestFile())).kind).toBe('infected');
  });

  it('fails while clamd is away and works again after', async () => {
    const asked = scan(engine, randomBytes(100_000_000));
    clamd.processes[0]?.kill();
    expect(await asked).toMatchObject({ kind: 'failed', code: 'unreachable', retryable: true });
    // Until told otherwise the supervision would bring it back in between.
    await clamd.processes[0]?.stop();
    expect(await scan(engine, eicarTestFile())).toEqual({
      kind: 'failed',
      code: 'unreachable',
      retryable: true,
    });
    expect(await engine.selfTest()).toMatchObject({ isHealthy: false, problem: expect.any(String) });
    await clamd.processes[0]?.start();
    const deadlineMs = Date.now() + 20_000;
    while (!(await engine.selfTest()).isHealthy && Date.now() < deadlineMs);
    expect((await scan(engine, eicarTestFile())).kind).toBe('infected');
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
    const outcome = await scan(engine, Buffer.alloc(1000), 2000);
    expect(outcome.kind).toBe('failed');
    if (code !== 'never clean') expect(outcome).toMatchObject({ code });
  });

  it('is cut off when it says nothing in time', async () => {
    answer = () => undefined;
    expect(await scan(engine, Buffer.alloc(50_000_000), 200)).toEqual({
      kind: 'failed',
      code: 'timeout',
      retryable: true,
    });
  });

  it('fails the scan when it closes in the middle', async () => {
    answer = (socket) => void socket.once('data', () => socket.destroy());
    expect(await scan(engine, Buffer.alloc(50_000_000), 5000)).toMatchObject({
      kind: 'failed',
      code: 'unreachable',
    });
  });
});

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StartError } from '../start.errors.js';
import { isListening } from './is-listening.js';
import { claimPort } from './port-claims.js';
import { findFreePort, PortBook } from './port-book.js';
import { portRange } from './port-range.js';
import { startOnPorts } from './start-on-ports.js';

let folder: string;
let strangers: Server[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-ports-spec-'));
  strangers = [];
});
afterEach(async () => {
  await Promise.all(strangers.map((one) => new Promise((resolve) => one.close(resolve))));
  rmSync(folder, { recursive: true });
});

async function occupy(port = 0): Promise<number> {
  const stranger = createServer();
  strangers.push(stranger);
  await new Promise<void>((resolve, reject) =>
    stranger.once('error', reject).listen(port, '127.0.0.1', resolve),
  );
  return (stranger.address() as AddressInfo).port;
}

describe('a book of ports', () => {
  it('gives distinct ones outside the kernel’s range, also when asked all at once', async () => {
    const book = new PortBook(folder);
    const names = Array.from({ length: 40 }, (_, index) => `part-${index}`);
    const ports = await Promise.all(names.map((name) => book.take(name)));
    expect(new Set(ports).size).toBe(names.length);
    const { first, last } = portRange();
    expect(ports.filter((port) => port < first || port > last)).toEqual([]);
  });
  it('gives the same again while it is free', async () => {
    const port = await new PortBook(folder).take('postgres');
    expect(await new PortBook(folder).take('postgres')).toBe(port);
  });
  it('gives another one when somebody listens there, and keeps that', async () => {
    const port = await new PortBook(folder).take('postgres');
    await occupy(port);
    const other = await new PortBook(folder).take('postgres');
    expect(other).not.toBe(port);
    expect(readFileSync(path.join(folder, 'postgres'), 'utf8')).toBe(`${other}\n`);
  });
  it('parts two names that were left with one number by an earlier version', async () => {
    const port = await findFreePort();
    for (const name of ['rabbitmq', 'distribution']) writeFileSync(path.join(folder, name), `${port}\n`);
    const book = new PortBook(folder);
    expect(await book.take('rabbitmq')).not.toBe(await book.take('distribution'));
  });
  it('gives up a kept one inside the kernel’s range, and one that is no number', async () => {
    writeFileSync(path.join(folder, 'inside'), '40000\n');
    writeFileSync(path.join(folder, 'nonsense'), 'x');
    const { last } = portRange();
    expect(await new PortBook(folder).take('inside')).toBeLessThanOrEqual(last);
    expect(await new PortBook(folder).take('nonsense')).toBeLessThanOrEqual(last);
  });
});

describe('a claim', () => {
  it('keeps others of this user away as long as its process lives', async () => {
    const port = await findFreePort('first');
    expect(claimPort(port, 'first')).toBe(true);
    expect(claimPort(port, 'second')).toBe(false);
  });
  it('of a process that is gone counts no more', async () => {
    const port = await findFreePort('first');
    const claims = path.join(tmpdir(), `sluice-ports-${process.getuid?.() ?? 0}`);
    expect(readdirSync(claims)).toContain(String(port));
    const gone = { pid: process.pid, startedAt: 'long ago', owner: 'gone' };
    writeFileSync(path.join(claims, String(port)), JSON.stringify(gone));
    expect(claimPort(port, 'second')).toBe(true);
  });
});

describe('startOnPorts', () => {
  it('draws anew what somebody took before the bind, and leaves the others', async () => {
    const seen: Record<'one' | 'two', number>[] = [];
    const started = await startOnPorts(new PortBook(folder), ['one', 'two'], async (ports) => {
      seen.push(ports);
      if (seen.length > 1) return ports;
      await occupy(ports.one);
      throw new StartError('listen EADDRINUSE', '');
    });
    expect(started.one).not.toBe(seen[0]?.one);
    expect(started.two).toBe(seen[0]?.two);
  });
  it('draws anew by the server’s words when the stranger has left again', async () => {
    let attempts = 0;
    await startOnPorts(new PortBook(folder), ['one'], ({ one }) => {
      attempts += 1;
      if (attempts > 1) return Promise.resolve(one);
      return Promise.reject(new StartError(`ERROR: distribution port ${one} in use on localhost`, ''));
    });
    expect(attempts).toBe(2);
  });
  it.each(['initdb: no space left', 'gateway: listen EADDRINUSE: address already in use 127.0.0.1:8443'])(
    'does not try again when it was no port of its own: %s',
    async (message) => {
      let attempts = 0;
      const start = startOnPorts(new PortBook(folder), ['one'], () => {
        attempts += 1;
        return Promise.reject(new StartError(message, ''));
      });
      await expect(start).rejects.toThrow(message);
      expect(attempts).toBe(1);
    },
  );
});

describe('isListening', () => {
  it('is about one process, not about the port', async () => {
    const port = await occupy();
    const other = spawn('sleep', ['30']);
    try {
      expect(isListening(process.pid, port)).toBe(true);
      expect(isListening(other.pid ?? 0, port)).toBe(false);
    } finally {
      other.kill();
    }
  });
});

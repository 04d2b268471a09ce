import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findFreePort } from '@sluice/private-servers';

const root = path.resolve(import.meta.dirname, '../../..');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-start-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Ending {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command as npm would, to its end. */
function run(
  script: string,
  args: readonly string[],
  env: Record<string, string>,
  identity: { readonly uid?: number; readonly gid?: number } = {},
): Promise<Ending> {
  return new Promise((resolve) => {
    const file = path.join(root, 'tools', script);
    const environment = { PATH: process.env['PATH'] ?? '', INIT_CWD: folder, SLUICE_HOME: 'state', ...env };
    execFile(
      process.execPath,
      [file, ...args],
      { env: environment, timeout: 200_000, ...identity },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

/** What is wrong, what to do, and nothing of the program's insides. */
function expectClearLine(ending: Ending, words: string): void {
  expect(ending.stderr).toContain(words);
  expect(ending.stderr).not.toMatch(/\bat .*\.js:\d+/);
  expect(ending.stderr.trim().split('\n').length).toBeLessThanOrEqual(8);
  expect(ending.code).toBe(1);
}

describe('npm start', () => {
  it('names the variable that is wrong, and starts nothing', async () => {
    expectClearLine(await run('launcher/start.mjs', [], { GATEWAY_PORT: 'abc' }), 'GATEWAY_PORT is wrong');
    expect(readdirSync(folder)).toEqual([]);
  });
  it('names the port that is in use and the variable to change', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    const ending = await run('launcher/start.mjs', [], {
      CONSOLE_PORT: String(port),
      GATEWAY_PORT: String(await findFreePort()),
    });
    await new Promise((resolve) => holder.close(resolve));
    expectClearLine(ending, `Port ${port} on 127.0.0.1 is in use.`);
    expect(ending.stderr).toContain('CONSOLE_PORT');
    expect(readdirSync(path.join(folder, 'state', 'processes'))).toEqual([]);
  });
  it('tells two ports that are the same', async () => {
    expectClearLine(
      await run('launcher/start.mjs', [], { CONSOLE_PORT: '18443', GATEWAY_PORT: '18443' }),
      'are both 18443',
    );
  });
  it('says how much space is missing', async () => {
    const ending = await run('launcher/start.mjs', [], { OBJECT_STORE_RESERVE_BYTES: String(2 ** 60) });
    expectClearLine(ending, 'is full');
    expect(ending.stderr).toContain('OBJECT_STORE_RESERVE_BYTES');
  });
  it('says that the state directory cannot be one', async () => {
    writeFileSync(path.join(folder, 'state'), '');
    expectClearLine(await run('launcher/start.mjs', [], {}), 'state is not a folder');
  });
  it('names the option whose port is in use, and starts nothing', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    const ending = await run('launcher/start.mjs', ['--clamd', String(port)], {});
    await new Promise((resolve) => holder.close(resolve));
    expectClearLine(ending, `Port ${port} on 127.0.0.1 is in use.`);
    expect(ending.stderr).toContain('--clamd');
    expect(readdirSync(folder)).toEqual([]);
  });
  it('refuses a number of scanners that makes no sense', async () => {
    expectClearLine(
      await run('launcher/start.mjs', ['--scanners', '0'], {}),
      '--scanners takes a number from 1 to 64',
    );
  });
});

/** Someone else takes a launcher that is root; `npm test` as an ordinary user names this suite as skipped. */
const asRoot = process.getuid?.() === 0 ? describe : describe.skip;
asRoot('npm start on the state of someone else', () => {
  const someone = { uid: 61_190, gid: 61_190 };
  const holdState = ({ uid, gid }: typeof someone): string => {
    chmodSync(folder, 0o755);
    const state = path.join(folder, 'state');
    mkdirSync(path.join(state, 'console'), { recursive: true, mode: 0o700 });
    for (const place of [path.join(state, 'console'), state]) chownSync(place, uid, gid);
    return state;
  };
  it('says whose it is, started by root, and changes nothing of it', async () => {
    const state = holdState(someone);
    expectClearLine(await run('launcher/start.mjs', [], {}), `${state} belongs to another user (uid 61190).`);
    expect([state, path.join(state, 'console')].map((place) => statSync(place).uid)).toEqual([
      61_190, 61_190,
    ]);
  });
  it('says that it is root’s, started by an ordinary user', async () => {
    const state = holdState({ uid: 0, gid: 0 });
    const ending = await run('launcher/start.mjs', [], {}, someone);
    expectClearLine(ending, `${state} belongs to another user (uid 0).`);
    expect(ending.stderr).toContain('SLUICE_HOME');
  });
});

describe('npm run sluice', () => {
  it('says how to start a system when there is none', async () => {
    const ending = await run('command-line/sluice.mjs', ['status'], {});
    expect(ending.code).toBe(2);
    expect(ending.stderr).toContain('npm start');
  });
  it('explains itself', async () => {
    const ending = await run('command-line/sluice.mjs', ['help'], {});
    expect(ending.code).toBe(0);
    expect(ending.stdout).toContain('systems accept WHICH');
  });
});

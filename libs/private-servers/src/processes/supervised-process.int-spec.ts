import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pollUntil } from '@sluice/timing';
import { ProcessRecords } from './process-records.js';
import { SupervisedProcess, type ProcessEvent, type ProcessSpecification } from './supervised-process.js';

let home: string;
let events: ProcessEvent[];
let processes: SupervisedProcess[];

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'sluice-processes-'));
  events = [];
  processes = [];
});
afterEach(async () => {
  await Promise.all(processes.map((one) => one.stop()));
  rmSync(home, { recursive: true });
});

const patience = { timeoutMs: 90_000, intervalMs: 20 };

/** A child that says `ready` by making a file, then does `script`. */
function supervise(script: string, more: Partial<ProcessSpecification> = {}): SupervisedProcess {
  const readyFile = path.join(home, 'ready');
  const start = `require('fs').writeFileSync(${JSON.stringify(readyFile)}, String(process.pid));`;
  const one = new SupervisedProcess(
    {
      name: 'child',
      command: process.execPath,
      args: ['-e', start + script],
      env: {},
      cwd: home,
      logFile: path.join(home, 'child.log'),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 500,
      readyTimeoutMs: 90_000,
      order: 1,
      beforeStart: () => rmSync(readyFile, { force: true }),
      isReady: () => existsSync(readyFile),
      ...more,
    },
    { account: null, records: new ProcessRecords(home), onEvent: (event) => events.push(event) },
  );
  processes.push(one);
  return one;
}

const stay = 'setInterval(() => {}, 1000);';

describe('a supervised process', () => {
  it('comes back after it was killed', async () => {
    const one = supervise(stay);
    await one.start();
    const firstPid = one.pid;
    one.kill();
    expect(await pollUntil(() => events.some(({ kind }) => kind === 'back'), patience)).toBe(true);
    expect(one.pid).not.toBe(firstPid);
    expect(events[0]).toMatchObject({ kind: 'ended', how: 'by SIGKILL', restartInMs: 500 });
  });
  it('is ended by force when it does not end by itself', async () => {
    const one = supervise(`process.on('SIGTERM', () => {}); ${stay}`);
    await one.start();
    const { pid = 0 } = one;
    await one.stop();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(events).toEqual([]);
  });
  it('takes its own children along when it dies', async () => {
    const grandchildFile = path.join(home, 'grandchild');
    const one = supervise(
      `const child = require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(stay)}]);
       require('fs').writeFileSync(${JSON.stringify(grandchildFile)}, String(child.pid)); ${stay}`,
      { isReady: () => existsSync(grandchildFile) && readFileSync(grandchildFile, 'utf8') !== '' },
    );
    await one.start();
    const grandchild = Number(readFileSync(grandchildFile, 'utf8'));
    process.kill(one.pid ?? 0, 'SIGKILL');
    const isGone = (): boolean => {
      process.kill(grandchild, 0);
      return false;
    };
    const hasEnded = await pollUntil(() => {
      try {
        return isGone();
      } catch {
        return true;
      }
    }, patience);
    expect(hasEnded).toBe(true);
  });
  it('that ends while starting is a fault with its own words, and is not started again', async () => {
    const one = supervise(`console.error('PORT is wrong'); process.exit(2);`, { isReady: () => false });
    await expect(one.start()).rejects.toThrow('child ended while starting: PORT is wrong');
    expect(events).toEqual([]);
  });
  it('that never gets ready is a fault that says why, and nothing is left running', async () => {
    const one = supervise(stay, {
      readyTimeoutMs: 300,
      isReady: () => {
        throw new Error('no broker yet');
      },
    });
    await expect(one.start()).rejects.toThrow(/was not ready after [\d.]+ s: no broker yet/);
    expect(one.pid === undefined || identifyGone(one.pid)).toBe(true);
  });
  it('gives up a start that is interrupted', async () => {
    const abort = new AbortController();
    const one = new SupervisedProcess(
      {
        name: 'slow',
        command: process.execPath,
        args: ['-e', stay],
        env: {},
        cwd: home,
        logFile: path.join(home, 'slow.log'),
        stopSignal: 'SIGTERM',
        stopTimeoutMs: 500,
        readyTimeoutMs: 60_000,
        order: 1,
        isReady: () => (abort.abort(), false),
      },
      { account: null, records: new ProcessRecords(home), signal: abort.signal },
    );
    await expect(one.start()).rejects.toThrow('abort');
    expect(identifyGone(one.pid ?? 0)).toBe(true);
  });
  it('inherits nothing of the environment', async () => {
    const one = supervise(`console.log(JSON.stringify(Object.keys(process.env))); ${stay}`);
    await one.start();
    const log = path.join(home, 'child.log');
    await pollUntil(() => readFileSync(log, 'utf8').includes(']'), patience);
    expect(readFileSync(log, 'utf8')).toBe('[]\n');
  });
});

function identifyGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

describe('process records', () => {
  it('find and end what a killed launcher left, and spare a later process with the same number', async () => {
    const child = spawn(process.execPath, ['-e', stay], { detached: true, stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
    const records = new ProcessRecords(home);
    records.add('left', child.pid ?? 0, { signal: 'SIGTERM', order: 1 });
    writeFileSync(
      path.join(home, 'processes', 'other.json'),
      JSON.stringify({ pid: process.pid, startedAt: 'another time', stopSignal: 'SIGKILL', order: 1 }),
    );
    expect(new ProcessRecords(home).running()).toEqual(['left']);
    expect(await new ProcessRecords(home).endLeftovers()).toEqual(['left']);
    expect(await ended).toBe('SIGTERM');
    expect(new ProcessRecords(home).running()).toEqual([]);
  });
});

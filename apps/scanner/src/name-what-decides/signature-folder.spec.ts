import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SignatureFolder } from './signature-folder.js';

let folder: string;
let nowMs: number;
let version: string | null;
let signatures: SignatureFolder;

/** A scanner starts, so long after the last change. */
const start = async (afterMinutes: number): Promise<void> => {
  const dateMs = () => Date.now() + afterMinutes * 60_000;
  signatures = new SignatureFolder({ folder, loadedVersion: () => version, nowMs: () => nowMs, dateMs });
  await signatures.look();
};

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'signatures-'));
  await writeFile(path.join(folder, 'daily.cvd'), '1');
  nowMs = 0;
  version = '27000';
  await start(15);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const add = async (name: string): Promise<void> => {
  await writeFile(path.join(folder, name), name);
  await signatures.look();
};

describe('the folder of signatures', () => {
  it('is taken for loaded when the scanner starts, unless something in it changed a short while ago', async () => {
    expect(signatures.state).toContain('daily.cvd 1 ');
    await start(4);
    expect(signatures.state).toBeNull();
    nowMs = 10 * 60_000;
    await signatures.look();
    expect(signatures.state).toBeNull();
    nowMs = 11.1 * 60_000;
    expect(signatures.state).toContain('daily.cvd 1 ');
  });

  it('from which a file was just taken when the scanner starts may not be loaded so yet', async () => {
    const later = new Date(Date.now() + 14 * 60_000);
    await utimes(folder, later, later);
    await start(15);
    expect(signatures.state).toBeNull();
  });

  it('that changed before the start is loaded when clamd says another version than at first', async () => {
    version = null;
    await start(1);
    expect(signatures.state).toBeNull();
    version = '27000';
    expect(signatures.state).toBeNull();
    await signatures.look();
    expect(signatures.state).toBeNull();
    version = '27001';
    expect(signatures.state).toContain('daily.cvd 1 ');
  });

  it('that changed while clamd was away is not loaded because it is there again', async () => {
    version = null;
    await add('custom.ndb');
    version = '27000';
    await signatures.look();
    expect(signatures.state).toBeNull();
  });

  it('has another state when a file has another text of the same length and date', async () => {
    const [file, date] = [path.join(folder, 'daily.cvd'), new Date('2026-01-01T00:00:00Z')];
    await utimes(file, date, date);
    await start(15);
    const before = signatures.state;
    await writeFile(file, '2');
    await utimes(file, date, date);
    await signatures.look();
    expect(signatures.state).toBeNull();
    nowMs = 15 * 60_000;
    expect(signatures.state).not.toBe(before);
  });

  it('says nothing after a file came, until clamd has certainly loaded it', async () => {
    const before = signatures.state;
    await add('custom.ndb');
    expect(signatures.state).toBeNull();
    nowMs = 14 * 60_000;
    await signatures.look();
    expect(signatures.state).toBeNull();
    nowMs = 15 * 60_000;
    expect(signatures.state).toContain('custom.ndb');
    expect(signatures.state).not.toBe(before);
  });

  it('says it at once when clamd says that it has loaded others', async () => {
    await add('daily.cld');
    version = '27001';
    expect(signatures.state).toContain('daily.cld');
  });

  it('says nothing while it cannot be read', async () => {
    await rm(folder, { recursive: true });
    await signatures.look();
    expect(signatures.state).toBeNull();
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SignatureFolder } from './signature-folder.js';

let folder: string;
let nowMs: number;
let version: string;
let signatures: SignatureFolder;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'signatures-'));
  await writeFile(path.join(folder, 'daily.cvd'), '1');
  nowMs = 0;
  version = '27000';
  signatures = new SignatureFolder({ folder, loadedVersion: () => version, nowMs: () => nowMs });
  await signatures.look();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const add = async (name: string): Promise<void> => {
  await writeFile(path.join(folder, name), name);
  await signatures.look();
};

describe('the folder of signatures', () => {
  it('is taken for loaded when the scanner starts', () => {
    expect(signatures.state).toContain('daily.cvd 1 ');
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

import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ObjectType, type Verdict, defaultSettings } from '@sluice/contracts';
import { eicarText, startPrivateClamd } from '@sluice/private-servers';
import { isEngineFault, needleWord, reasonsOf, stateOf, viewsOf } from '../judging/judge-engines.js';
import type { Seen } from '../judging/judge-kind.js';
import { testFilesSignature } from '../parts/prove-differential.js';
import { foundByBareClamd } from './bare-clamd.js';
import { EngineFault } from './engine-fault.js';
import { ScannerEnded, ScannerProcess } from './scanner-process.js';

/** Assembled when it runs: no file of the repository holds it. */
export const needle = Buffer.from(eicarText(), 'latin1');
/** As long, and harmless. */
export const harmless = Buffer.from(
  'Harmless text of the same length as the test file, and nothing else.'.padEnd(68, '.'),
);

export interface ProofScanner {
  readonly pids: { readonly scanner: number; readonly clamd: readonly number[] };
  /** What clamd alone says. */
  isFoundBare(bytes: Buffer): Promise<boolean>;
  readonly clamdUrl: string;
  /** Rejects EngineFault when an engine failed in so many tries (3 by default): then nothing is known of the object. */
  scan(bytes: Buffer, objectType: ObjectType, tries?: number): Promise<Seen>;
  /** The same asked once: of something that is made to take an engine to its limits. */
  scanOnce(bytes: Buffer, objectType: ObjectType): Promise<Seen>;
  stop(): Promise<void>;
}

/** Only the needle at the very beginning of a part: the raw string somewhere in a container proves nothing. */
const rule = (text: string): string =>
  `rule ${needleWord} { strings: $needle = { ${Buffer.from(text, 'latin1').toString('hex')} } condition: $needle at 0 }\n`;

/** A scanner with a clamd, a rule and a list that each know the needle; the list knows it in the forms given, too. */
export async function startProofScanner(
  leaves: readonly Buffer[],
  slots: number,
  scanTimeoutSeconds = defaultSettings.scanTimeoutSeconds,
): Promise<ProofScanner> {
  const home = mkdtempSync(path.join(tmpdir(), 'sluice-verdicts-'));
  // clamd runs as another user when root starts this.
  chmodSync(home, 0o755);
  const rulesFolder = path.join(home, 'rules');
  const denyFile = path.join(home, 'deny');
  mkdirSync(rulesFolder);
  writeFileSync(path.join(rulesFolder, 'needle.yar'), rule(needle.toString('latin1')));
  const hashes = new Set([needle, ...leaves].map((leaf) => createHash('sha256').update(leaf).digest('hex')));
  writeFileSync(denyFile, [...hashes].map((hash) => `${hash} ${needleWord}\n`).join(''));
  mkdirSync(path.join(home, 'objects'));
  addSignature(path.join(home, 'clamd', 'test-signatures'));
  const clamd = await startPrivateClamd({ home, officialDatabase: null });
  const scanner = await ScannerProcess.start({
    objectStoreUrl: `file://${home}/objects`,
    clamdUrl: clamd.url,
    clamdMaxObjectBytes: clamd.maxObjectBytes,
    rulesFolder,
    denyFile,
    allowFile: null,
    slots,
    scanTimeoutSeconds,
  });
  return {
    clamdUrl: clamd.url,
    pids: { scanner: scanner.pid, clamd: clamd.processes.flatMap(({ pid }) => pid ?? []) },
    isFoundBare: (bytes) => foundByBareClamd(clamd.url, bytes),
    scan: (bytes, objectType, tries) => scanSurely(() => scanner.scan(bytes, objectType), tries),
    scanOnce: async (bytes, objectType) => {
      const startedMs = performance.now();
      return seenOf(await scanner.scan(bytes, objectType), startedMs);
    },
    stop: async () => {
      await scanner.stop();
      await clamd.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

const usualTries = 3;

/** Rejects EngineFault. */
export async function scanSurely(scan: () => Promise<Verdict>, mostTries = usualTries): Promise<Seen> {
  let problem = '';
  for (let tries = 0; tries < mostTries; tries += 1) {
    const startedMs = performance.now();
    const verdict = await scan().catch((error: unknown) => {
      if (error instanceof ScannerEnded) throw error;
      problem = (error as Error).message;
      return null;
    });
    if (verdict === null) continue;
    if (!isEngineFault(verdict)) return seenOf(verdict, startedMs);
    problem = reasonsOf(verdict).join('; ') || verdict.outcome;
  }
  throw new EngineFault(`an engine failed ${mostTries} times: ${problem}`);
}

const seenOf = (verdict: Verdict, startedMs: number): Seen => ({
  state: stateOf(verdict),
  views: viewsOf(verdict),
  unexamined: reasonsOf(verdict),
  names: verdict.detections.map((one) => `${one.name} (${one.engine})`),
  milliseconds: Math.round(performance.now() - startedMs),
});

/** Beside the project's own test signature. */
function addSignature(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'clamav-test-file.hdb'), testFilesSignature, { mode: 0o644 });
}

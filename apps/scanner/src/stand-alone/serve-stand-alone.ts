import type { ObjectType, Verdict } from '@sluice/contracts';
import { openObjectStore } from '@sluice/object-store';
import { startStandAlone } from './start-stand-alone.js';

/**
 * The entry of a process that scans what its parent sends, over Node's own channel between processes (`fork`), and ends
 * with it. For proofs and measurements: no broker, no ledger, the same scanner.
 */
export interface StandAloneConfig {
  readonly objectStoreUrl: string;
  readonly clamdUrl: string;
  readonly clamdMaxObjectBytes: number;
  readonly rulesFolder: string | null;
  readonly denyFile: string | null;
  readonly allowFile: string | null;
  readonly slots: number;
  readonly scanTimeoutSeconds: number;
}
export interface StandAloneTask {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly objectType: ObjectType;
}
export type StandAloneAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'verdict'; readonly id: number; readonly verdict: Verdict }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };

const answer = (message: StandAloneAnswer): void => void process.send?.(message);

async function serve(config: StandAloneConfig): Promise<void> {
  const { objectStoreUrl, scanTimeoutSeconds, ...rest } = config;
  const store = await openObjectStore(objectStoreUrl);
  const scanner = await startStandAlone({ ...rest, store, settings: { scanTimeoutSeconds } });
  process.on('message', ({ id, bytes, objectType }: StandAloneTask) => {
    scanner.scan(Buffer.from(bytes), objectType).then(
      (verdict) => answer({ kind: 'verdict', id, verdict }),
      (error: unknown) => answer({ kind: 'failed', id, message: String(error) }),
    );
  });
  process.once('disconnect', () => void scanner.close().finally(() => process.exit(0)));
  answer({ kind: 'ready' });
}

const [given] = process.argv.slice(2);
if (given === undefined || process.send === undefined)
  throw new Error('to be started by a proof, with its configuration');
await serve(JSON.parse(given) as StandAloneConfig);

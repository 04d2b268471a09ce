import type { ScanReport } from '../ask-gateways/scan-report.js';
import { repeatMs } from './earlier-scans.js';

type Engines = ScanReport['engines'];

/** What engines were last seen to judge with: a verdict by other signatures is none of today's. */
export class SeenEngines {
  private readonly seen = new Map<string, { readonly state: string; readonly atMs: number }>();

  /** Of a scan that was submitted just now. */
  learn(engines: Engines): void {
    for (const one of engines) this.seen.set(one.engine, { state: stateOf(one), atMs: performance.now() });
  }

  /** Whether each of them judges today, by what was seen within ten minutes, as it did then. */
  areCurrent(engines: Engines): boolean {
    const oldestMs = performance.now() - repeatMs;
    return (
      engines.length > 0 &&
      engines.every((one) => {
        const seen = this.seen.get(one.engine);
        return seen !== undefined && seen.atMs > oldestMs && seen.state === stateOf(one);
      })
    );
  }
}

const stateOf = ({ version, signaturesAt }: Engines[number]): string =>
  JSON.stringify([version, signaturesAt]);

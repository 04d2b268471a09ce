import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import type { DoorClient } from '../door-client.js';
import { sampleFile } from '../samples.js';

interface Scanner {
  /** `null`: neither clean nor infected. */
  scanStream(stream: Readable): Promise<{ isInfected: boolean | null }>;
}
type ClamscanModule = new () => { init(options: unknown): Promise<Scanner> };

/** npm's clamscan, by host and port alone. */
export const clamscan: DoorClient = {
  name: 'clamscan',
  title: 'npm clamscan',
  packages: [],
  expected: { clean: 'passed', infected: 'blocked', encrypted: 'blocked', away: 'blocked' },
  start(arena) {
    const load = createRequire(import.meta.url);
    const Clamscan = load('clamscan') as ClamscanModule;
    const { version } = load('clamscan/package.json') as { version: string };
    return Promise.resolve({
      version,
      async meet(occasion) {
        const scanner = await new Clamscan().init({
          clamdscan: {
            host: '127.0.0.1',
            port: arena.ports.clamd,
            socket: false,
            localFallback: false,
            timeout: 120_000,
          },
          preference: 'clamdscan',
        });
        const { bytes } = sampleFile('clamscan', occasion);
        const { isInfected } = await scanner.scanStream(Readable.from([bytes]));
        // An application lets through what is not infected; `null` it may take for that, too.
        return isInfected === true ? 'blocked' : 'passed';
      },
      stop: () => Promise.resolve(),
    });
  },
};

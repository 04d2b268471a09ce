import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { writePrivateFile } from '@sluice/private-servers';

const systemFileSchema = z.object({
  gatewayUrl: z.string(),
  consoleUrl: z.string(),
  /** Paths of the certificates the command line trusts, and of its token. */
  gatewayCertificate: z.string(),
  consoleCertificate: z.string(),
  localToken: z.string(),
  logs: z.string(),
  launcherPid: z.int(),
});
export type SystemFile = z.infer<typeof systemFileSchema>;

const fileIn = (home: string): string => path.join(home, 'system.json');

/** Where the running system is; for the command line. */
export function writeSystemFile(home: string, system: SystemFile): void {
  writePrivateFile(fileIn(home), `${JSON.stringify(system, null, 2)}\n`);
}

/** Null when no system was ever started with this home. */
export function readSystemFile(home: string): SystemFile | null {
  try {
    return systemFileSchema.parse(JSON.parse(readFileSync(fileIn(home), 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') throw error;
    return null;
  }
}

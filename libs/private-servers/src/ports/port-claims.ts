import { lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { identify, isRunning } from '../processes/process-identity.js';

const claimSchema = z.object({ pid: z.int(), startedAt: z.string(), owner: z.string() });

/**
 * Which ports launchers and tests of this user mean to use, one file each in a folder that all of them know: between the
 * draw of a port and the moment its server binds it, no one else sees that it is taken. A claim lasts as long as the
 * process that made it. Other users' systems don't see it; there the bind that fails makes for another draw.
 */
export function claimPort(port: number, owner: string): boolean {
  const folder = claimsFolder();
  const own = identify(process.pid);
  if (folder === null || own === null) return true;
  const file = path.join(folder, String(port));
  const content = JSON.stringify({ ...own, owner });
  // A second look after a stale claim was removed; whoever comes first then has it.
  for (let look = 0; look < 2; look += 1) {
    if (wrote(file, content)) return true;
    const found = readClaim(file);
    if (found !== null && isRunning(found)) return found.pid === process.pid && found.owner === owner;
    rmSync(file, { force: true });
  }
  return false;
}

/** Null where the folder cannot be trusted: somebody else made it, or it is a link. */
function claimsFolder(): string | null {
  const uid = process.getuid?.() ?? 0;
  const folder = path.join(tmpdir(), `sluice-ports-${uid}`);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return null;
  }
  const found = lstatSync(folder, { throwIfNoEntry: false });
  const isOurs = found?.isDirectory() === true && found.uid === uid && (found.mode & 0o022) === 0;
  return isOurs ? folder : null;
}

function wrote(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    // A disk that is full is told by what is written next; here it only costs the claim.
    return (error as NodeJS.ErrnoException).code !== 'EEXIST';
  }
}

function readClaim(file: string): z.infer<typeof claimSchema> | null {
  try {
    return claimSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

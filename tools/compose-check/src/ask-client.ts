import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ClientRequest } from './client/client-request.js';
import type { RunOptions } from './run-program.js';

const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'client/client-main.js');
const longestMs = 45 * 60_000;

/** Where a process sees one network alone. */
interface Place {
  inNetwork(command: readonly string[], options: RunOptions): Promise<string>;
}

/** Has a process in that place make the calls; answers what it printed. */
export async function askClient(place: Place, request: ClientRequest): Promise<unknown> {
  const text = await place.inNetwork([process.execPath, program], {
    input: JSON.stringify(request),
    timeoutMs: longestMs,
  });
  return JSON.parse(text) as unknown;
}

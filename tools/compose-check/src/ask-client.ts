import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ClientRequest } from './client/client-request.js';
import type { DockerEngine } from './engine/docker-engine.js';

const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'client/client-main.js');
const longestMs = 45 * 60_000;

/** Has a process that sees the engine's network alone make the calls; answers what it printed. */
export async function askClient(engine: DockerEngine, request: ClientRequest): Promise<unknown> {
  const text = await engine.inNetwork([process.execPath, program], {
    input: JSON.stringify(request),
    timeoutMs: longestMs,
  });
  return JSON.parse(text) as unknown;
}

import { ClamavEngine } from '@sluice/engine-clamav';
import { formRequest, WireConnection, type ClientLine } from '@sluice/tool-acceptance';
import type { BenchSystem } from '../bench-system.js';
import { driveCount, mustSucceed } from '../drive-load.js';
import { nextScanId } from '../unique-objects.js';
import type { MixedObject } from './mixed-objects.js';

export const callers = 32;
/** Scans at once, in the scanner and at clamd without it. */
export const slots = 16;
const maxObjectBytes = 64 * 1024 ** 2;

/** Objects per second of one who is compared, the objects taken in order by whoever is free. */
export type MixSide = (objects: readonly MixedObject[]) => Promise<number>;
export type MixSideName = 'ours' | 'clamd' | 'plain';

/** `plainPort`: of the plain service. Mail comes from a mail sensor, everything else from another system. */
export async function mixSides(
  bench: BenchSystem,
  plainPort: number,
): Promise<Readonly<Record<MixSideName, MixSide>>> {
  const mail = bench.lines(await bench.client('bench-mix-mail', 'mail'), callers);
  const other = bench.lines(await bench.client('bench-mix-other'), callers);
  const lines = mail.map((line, index) => ({ email: line, file: other[index] ?? line }));
  return {
    ours: (objects) => runOurs(bench, lines, objects),
    clamd: (objects) => runClamd(bench.system.servers.clamd.url, objects),
    plain: (objects) => runPlain(plainPort, objects),
  };
}

async function runOurs(
  bench: BenchSystem,
  lines: readonly Readonly<Record<MixedObject['objectType'], ClientLine>>[],
  objects: readonly MixedObject[],
): Promise<number> {
  const next = takingTurns(objects);
  const all = lines.flatMap(({ email, file }) => [email, file]);
  // Idle for longer than the gateway keeps a connection while others had their turn: opened anew, before it counts.
  await Promise.all(all.map((line) => line.get('/scans/filters')));
  const startedMs = performance.now();
  const submit = lines.map((line) => () => {
    const { objectType, content } = next();
    return line[objectType].submit({ scanId: nextScanId(), objectType, content });
  });
  mustSucceed(await driveCount(objects.length, submit));
  await bench.allFinished();
  const perSecond = objects.length / ((performance.now() - startedMs) / 1000);
  for (const line of all) line.close();
  return perSecond;
}

async function runClamd(url: string, objects: readonly MixedObject[]): Promise<number> {
  const engine = new ClamavEngine({ url, maxObjectBytes });
  const next = takingTurns(objects);
  const scan = async (): Promise<{ status: number }> => {
    const { content } = next();
    const bytes = (async function* () {
      yield content;
    })();
    const { kind } = await engine.scan({ sizeBytes: content.length, bytes }, { timeoutMs: 120_000 });
    return { status: kind === 'clean' ? 200 : 500 };
  };
  const load = mustSucceed(await driveCount(objects.length, Array(slots).fill(scan)));
  await engine.close();
  return load.perSecond;
}

async function runPlain(port: number, objects: readonly MixedObject[]): Promise<number> {
  const next = takingTurns(objects);
  const connections = Array.from(
    { length: callers },
    () => new WireConnection({ host: '127.0.0.1', port, identity: null }),
  );
  const post = connections.map(
    (connection) => () =>
      connection.send([formRequest('/scan', { scanId: nextScanId(), ...next() })], { timeoutMs: 120_000 }),
  );
  const load = mustSucceed(await driveCount(objects.length, post));
  for (const connection of connections) connection.close();
  return load.perSecond;
}

function takingTurns(objects: readonly MixedObject[]): () => MixedObject {
  let taken = 0;
  return () => {
    const object = objects[taken];
    taken += 1;
    if (object === undefined) throw new RangeError('all objects are taken');
    return object;
  };
}

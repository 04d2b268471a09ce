import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formRequest, WireConnection, type WireClient } from '@sluice/tool-acceptance';
import { BenchSystem } from '../bench-system.js';
import { driveFor, mustSucceed } from '../drive-load.js';
import type { Figure } from '../figure.js';
import { startOpponent } from '../opponents/start-opponent.js';
import { median, rounded } from '../statistics.js';
import { nextScanId, uniqueObject } from '../unique-objects.js';

const connections = 32;
const objectBytes = 10 * 1024;

/** POST alone, one gateway process, a scanner that takes no jobs: what the promise costs over storing the bytes. */
export const accepted: Figure = {
  name: 'accepted',
  title: 'accepted submissions/s, 10 KB, 32 connections, one gateway, no scans',
  async run({ isQuick, log }) {
    const folder = await mkdtemp(path.join(tmpdir(), 'sluice-floor-'));
    const floor = await startOpponent('floor-server', folder);
    const bench = await BenchSystem.start({ scanners: 1 });
    try {
      await bench.stopScanning();
      const client = await bench.client('bench-accepted');
      const ours = bench.lines(client, connections).map((line) => () => submitNew((one) => line.submit(one)));
      const theirs = floorCallers(floor.port, client);
      const runs = { ours: [] as number[], floor: [] as number[] };
      const [rounds, roundMs] = isQuick ? [1, 2000] : [7, 4000];
      // Services live for weeks; the compiler needs some ten thousand requests until it is done with them.
      for (const callers of [ours, theirs]) await driveFor(isQuick ? 2000 : 15_000, callers);
      for (let round = 0; round < rounds; round += 1) {
        runs.floor.push(mustSucceed(await driveFor(roundMs, theirs)).perSecond);
        runs.ours.push(mustSucceed(await driveFor(roundMs, ours)).perSecond);
        log(
          `  round ${round + 1}: floor ${runs.floor.at(-1)?.toFixed(0)}/s, ours ${runs.ours.at(-1)?.toFixed(0)}/s`,
        );
      }
      const [value, floorValue] = [median(runs.ours), median(runs.floor)];
      return [
        {
          figure: this.title,
          value: rounded(value, 0),
          unit: '/s',
          floor: rounded(floorValue, 0),
          floorName: 'bare HTTPS server, one file an object',
          score: rounded(value / floorValue),
          target: { sign: '≥', limit: 0.55 },
          details: { runs },
        },
      ];
    } finally {
      await bench.end();
      await floor.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const submitNew = <Answer>(submit: (one: { scanId: string; content: Buffer }) => Promise<Answer>) =>
  submit({ scanId: nextScanId(), content: uniqueObject(objectBytes) });

function floorCallers(port: number, client: WireClient) {
  return Array.from({ length: connections }, () => {
    const connection = new WireConnection({ host: '127.0.0.1', port, identity: client.identity });
    return () =>
      submitNew((one) =>
        connection.send(
          [formRequest('/kata/scanner/v1/sensors/bench/scans', { ...one, objectType: 'file' })],
          {
            timeoutMs: 30_000,
          },
        ),
      );
  });
}

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MilterPeer } from '@sluice/milter/testing';
import { createLogger, readConfig } from '@sluice/runtime';
import { until } from '@sluice/timing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { Registry } from 'prom-client';
import { z } from 'zod';
import type { Judgement } from '../judge-objects/judgement.js';
import { createSensorMetrics } from '../sensor-metrics.js';
import { milterVariables } from './milter.config.js';
import { startMilter } from './start-milter.js';

const ends: (() => Promise<unknown>)[] = [];
let spoolFolder: string;
beforeEach(async () => {
  spoolFolder = await mkdtemp(path.join(tmpdir(), 'sluice-start-milter-'));
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await rm(spoolFolder, { recursive: true });
});

async function start(judge: () => Promise<Judgement>) {
  const registry = new Registry();
  const log = new PassThrough();
  const lines: string[] = [];
  log.on('data', (line: Buffer) => lines.push(line.toString()));
  const config = readConfig(z.object(milterVariables), {});
  const { port, run } = await startMilter(
    config,
    { host: '127.0.0.1', port: 0 },
    {
      judge: {
        judge,
        isServed: () => Promise.resolve(false),
        hold: () => Promise.resolve('unanswered' as const),
      },
      metrics: createSensorMetrics(registry),
      spoolFolder,
      logger: createLogger({ service: 'sensor', instance: 'test', level: 'info' }, log),
    },
  );
  ends.push(async () => run());
  const peer = await MilterPeer.start(port);
  ends.push(() => peer.close());
  /** Answers that were counted, as `judgement action`. */
  const counted = async (): Promise<string[]> => {
    const [metric] = (await registry.getMetricsAsJSON()).filter(({ name }) => name.endsWith('mails_total'));
    return (metric?.values ?? []).map(({ labels }) => `${labels['judgement']} ${labels['action']}`);
  };
  return { peer, counted, hasLogged: (text: string) => lines.some((line) => line.includes(text)) };
}

describe('startMilter', () => {
  it('counts and logs a mail that was answered', async () => {
    const { peer, counted, hasLogged } = await start(() => Promise.resolve({ kind: 'away' }));
    await peer.message();
    expect(await counted()).toEqual(['unavailable tempfail']);
    await until(() => hasLogged('mail answered'));
  });
  it('counts mails that were refused for now without a judgement', async () => {
    const { peer, counted, hasLogged } = await start(() => Promise.reject(new Error('broken')));
    await peer.message();
    await peer.message({ recipients: Array.from({ length: 10_001 }, (_none, at) => `r${at}@example.org`) });
    expect(await counted()).toEqual(['failed tempfail', 'limit-exceeded tempfail']);
    await until(() => hasLogged('a bound of the milter listener'));
    expect(hasLogged('mail answered')).toBe(false);
  });
  it('does not call answered a mail whose MTA left', async () => {
    let judge: (judgement: Judgement) => void = () => undefined;
    let isAsked = false;
    const { peer, counted, hasLogged } = await start(() => {
      isAsked = true;
      return new Promise((resolve) => (judge = resolve));
    });
    peer.begin({});
    peer.send('N');
    peer.send('E');
    await until(() => isAsked);
    await peer.close();
    await until(() => hasLogged('an MTA left before its answer'));
    judge({ kind: 'away' });
    for (const end of ends.splice(0).reverse()) await end();
    expect(await counted()).toEqual([]);
    expect(hasLogged('mail answered')).toBe(false);
  });
});

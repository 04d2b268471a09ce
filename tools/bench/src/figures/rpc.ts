import 'reflect-metadata';
import { mkdtemp, chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { RpcDefinition } from '@sluice/contracts';
import { connectBroker } from '@sluice/broker';
import { requestOf, RpcClient, RpcServer } from '@sluice/rpc';
import { until } from '@sluice/tool-acceptance';
import { startPrivateRabbit } from '@sluice/private-servers';
import { z } from 'zod';
import type { Figure } from '../figure.js';
import { percentile, rounded } from '../statistics.js';

const textSchema = z.object({ text: z.string() });
const echo: RpcDefinition<{ text: string }, { text: string }> = {
  pattern: 'ledger.gateway.echo',
  request: textSchema,
  answer: textSchema,
};

@Controller()
class EchoController {
  @MessagePattern(echo.pattern)
  answer(@Payload(requestOf(echo)) request: { text: string }): { text: string } {
    return request;
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const payloadBytes = 50 * 1024;

/** A small answer says nothing about Nagle: from 4.7 KB on, a socket without `noDelay` waits 40 ms. */
export const rpc: Figure = {
  name: 'rpc',
  title: 'a 50 KB request and reply over the broker',
  async run({ isQuick }) {
    const home = await mkdtemp(path.join(tmpdir(), 'sluice-rpc-'));
    await chmod(home, 0o755);
    const rabbit = await startPrivateRabbit({ home: path.join(home, 'state') });
    const common = { heartbeatSeconds: 10, logger: silent };
    const [serving, asking] = await Promise.all([
      connectBroker({ ...common, url: rabbit.urlFor('results'), name: 'echo' }),
      connectBroker({ ...common, url: rabbit.urlFor('gateway'), name: 'bench' }),
    ]);
    const strategy = new RpcServer({ broker: serving, prefetch: 8 });
    const server = await NestFactory.createMicroservice(EchoModule, { strategy, logger: false });
    const client = new RpcClient(asking.openRequests());
    try {
      await server.listen();
      const text = 'x'.repeat(payloadBytes);
      await until(() =>
        client.ask(echo, { text }).then(
          () => true,
          () => false,
        ),
      );
      const times: number[] = [];
      for (let index = 0; index < (isQuick ? 100 : 1000); index += 1) {
        const startedMs = performance.now();
        await client.ask(echo, { text });
        times.push(performance.now() - startedMs);
      }
      const p50 = rounded(percentile(times, 0.5));
      return [
        {
          figure: `${this.title}, p50`,
          value: p50,
          unit: 'ms',
          floor: null,
          floorName: null,
          score: p50,
          target: { sign: '≤', limit: 10 },
          details: { p90: rounded(percentile(times, 0.9)), p99: rounded(percentile(times, 0.99)) },
        },
      ];
    } finally {
      await client.close();
      await server.close();
      await Promise.all([asking.close(), serving.close()]);
      await rabbit.stop();
      await rm(home, { recursive: true, force: true });
    }
  },
};

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Registry } from 'prom-client';
import type { Job, Sighting } from '@sluice/contracts';
import { PasswordSeal, openObjectStore } from '@sluice/object-store';
import { createLogger } from '@sluice/runtime';
import { certificateFingerprint, createClientCertificate, ensureKeyPair } from '@sluice/tls';
import type { ClientCertificate } from '@sluice/tls';
import { AddressList } from '@sluice/runtime';
import { gatewayLimits } from '../gateway-limits.js';
import type { GatewayLimits } from '../gateway-limits.js';
import { createGateway } from '../gateway.js';
import type { Gateway } from '../gateway.js';
import { FakeLedger } from './fake-ledger.js';
import { FakeRegistry } from './fake-registry.js';

export interface TestCaller extends ClientCertificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly fingerprint: string;
}

export const testSeal = new PasswordSeal('a key of gateways and scanners alone');

/** A whole gateway on real TLS sockets and a real folder store; ledger, registry and broker are fakes. */
export class TestGateway {
  readonly registry = new FakeRegistry();
  readonly ledger = new FakeLedger();
  readonly jobs: { job: Job; priority: number; routingKey: string }[] = [];
  readonly sightings: Sighting[] = [];
  readonly metrics = new Registry();
  isBrokerConnected = true;
  failPublish: Error | null = null;
  failShared: Error | null = null;
  freeBytes: number | null = null;
  gateway!: Gateway;
  port = 0;
  folder = '';
  /** So many small objects come to the store in one moment: all but the first then share a file. */
  comeTogether = 1;
  /** How often the store was given an object that may share a file. */
  sharedCalls = 0;
  private waiting: (() => void)[] = [];
  private closeStore: () => Promise<void> = async () => undefined;

  static async start(
    options: {
      limits?: Partial<GatewayLimits>;
      proxyFrom?: string[];
      reserveBytes?: number;
      hasPasswordsKey?: boolean;
      mayShareFiles?: boolean;
    } = {},
  ): Promise<TestGateway> {
    const test = new TestGateway();
    test.folder = await mkdtemp(path.join(tmpdir(), 'sluice-gateway-'));
    const store = await openObjectStore(pathToFileURL(path.join(test.folder, 'objects')).href);
    test.closeStore = () => store.close();
    const isConnected = (): boolean => test.isBrokerConnected;
    test.gateway = await createGateway({
      keyPair: await ensureKeyPair({
        certFile: path.join(test.folder, 'server.crt'),
        keyFile: path.join(test.folder, 'server.key'),
        names: ['localhost', '127.0.0.1'],
      }),
      registry: test.registry,
      ledger: test.ledger,
      jobBroker: {
        get isConnected() {
          return isConnected();
        },
        isBlocked: false,
        onConnected: () => undefined,
        publish: async ({ message, priority, routingKey }) => {
          if (test.failPublish !== null) throw test.failPublish;
          test.jobs.push({ job: message as Job, priority, routingKey });
        },
      },
      store: {
        create: () => store.create(),
        createShared: (bytes) => test.whenTogether(() => store.createShared(bytes)),
        delete: (key) => store.delete(key),
        writeSidecar: (key, bytes) => store.writeSidecar(key, bytes),
        deleteSidecar: (key) => store.deleteSidecar(key),
        freeBytes: async () => test.freeBytes ?? store.freeBytes(),
      },
      seal: options.hasPasswordsKey === false ? null : testSeal,
      reserveBytes: options.reserveBytes ?? 0,
      mayShareFiles: options.mayShareFiles ?? true,
      sendSighting: async (sighting) => void test.sightings.push(sighting),
      proxyFrom: new AddressList(options.proxyFrom ?? []),
      limits: { ...gatewayLimits, ...options.limits },
      metrics: test.metrics,
      logger: createLogger({
        service: 'gateway',
        instance: 'test',
        level: process.env['LOG_LEVEL'] ?? 'silent',
      }),
    });
    test.port = (await test.gateway.server.listen('127.0.0.1', 0)).port;
    return test;
  }

  private async whenTogether<T>(store: () => Promise<T>): Promise<T> {
    this.sharedCalls += 1;
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      if (this.waiting.length < this.comeTogether) return;
      for (const go of this.waiting.splice(0)) go();
    });
    if (this.failShared !== null) throw this.failShared;
    return store();
  }

  /** As new for the next test, but for what it counted: starting one takes longer than most tests. */
  async renew(): Promise<void> {
    const files = await readdir(path.join(this.folder, 'objects'), { recursive: true, withFileTypes: true });
    for (const one of files) if (one.isFile()) await rm(path.join(one.parentPath, one.name), { force: true });
    this.ledger.reset();
    this.registry.reset();
    this.jobs.length = this.sightings.length = 0;
    this.isBrokerConnected = true;
    this.failPublish = this.failShared = this.freeBytes = null;
  }

  async stop(): Promise<void> {
    await this.gateway.stop(0);
    await this.closeStore();
    await rm(this.folder, { recursive: true });
  }

  url(sensorId: string, rest: string): string {
    return `https://127.0.0.1:${this.port}/kata/scanner/v1/sensors/${sensorId}${rest}`;
  }

  /** Keys of everything the store holds, finished or not. */
  async storedObjects(): Promise<string[]> {
    const root = path.join(this.folder, 'objects');
    const names = await readdir(root, { recursive: true });
    return names.map((name) => path.basename(name)).filter((name) => /^[0-9a-f]{32}$/.test(name));
  }

  objectPath(key: string): string {
    return path.join(this.folder, 'objects', key.slice(0, 2), key);
  }
}

export async function newCaller(folder: string, commonName = 'file server'): Promise<TestCaller> {
  const pair = await createClientCertificate({ commonName, days: 30 });
  const name = path.join(folder, `client-${certificateFingerprint(pair.certPem).slice(0, 8)}`);
  const files = { certFile: `${name}.crt`, keyFile: `${name}.key` };
  await writeFile(files.certFile, pair.certPem);
  await writeFile(files.keyFile, pair.keyPem, { mode: 0o600 });
  return { ...pair, ...files, fingerprint: certificateFingerprint(pair.certPem) };
}

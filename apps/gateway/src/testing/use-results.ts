import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { ScanState } from '@sluice/contracts';
import { curl, type CurlAnswer } from './curl.js';
import { newCaller, TestGateway, type TestCaller } from './start-test-gateway.js';

/** A caller that asks for what became of its scans. */
export class Results {
  test!: TestGateway;
  caller!: TestCaller;
  registrationId!: string;

  get = (path: string, ...args: string[]): Promise<CurlAnswer> =>
    curl(this.caller, [...args, this.test.url('kata', path)]);

  /** As the registry has it from now on. */
  register = (changes: Parameters<TestGateway['registry']['put']>[2] = {}): void => {
    this.registrationId =
      this.test.registry.put('kata', this.caller.fingerprint, changes).registrationId ?? '';
  };

  addScans = (...scans: [scanId: string | null, state: ScanState, instance?: string][]): void => {
    for (const [scanId, state, instance = ''] of scans)
      this.test.ledger.scans.push({
        submissionId: crypto.randomUUID(),
        sensorId: 'kata',
        fingerprint: this.caller.fingerprint,
        registrationId: this.registrationId,
        scanId,
        instance,
        objectKey: '0'.repeat(32),
        sizeBytes: 1,
        sha256: '0'.repeat(64),
        objectType: 'file',
        objectName: null,
        mailFrom: null,
        rcptTo: [],
        mailOrigin: null,
        sourceAddress: '127.0.0.1',
        hasMailQueue: true,
        takesDone: true,
        onlyIfKnown: false,
        state,
        acceptedAtMs: 0,
      });
  };

  start = async (): Promise<void> => {
    this.test = await TestGateway.start({
      limits: { hold: { maxSeconds: 60, maxPerSystem: 2, maxPerMailSensor: 2, recheckMs: 50 } },
    });
  };
}

/** Of a gateway of the suite's own, which holds two requests of one system; nothing is there before each test. */
export function useResults(): Results {
  const on = new Results();
  beforeAll(on.start);
  beforeEach(async () => {
    await on.test.renew();
    on.caller = await newCaller(on.test.folder);
    on.register();
  });
  afterAll(() => on.test.stop());
  return on;
}

import { describeEngineContract } from './engine-contract.js';
import { FakeEngine, fakeMalware } from './fake-engine.js';

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

const fake = new FakeEngine();
describeEngineContract(
  'the fake',
  () => ({
    name: fake.name,
    technology: fake.technology,
    scan: (bytes) => fake.scan({ sizeBytes: bytes.length, bytes: once(bytes) }),
    selfTest: () => fake.selfTest(),
  }),
  { infected: () => Buffer.from(`some ${fakeMalware}`) },
);

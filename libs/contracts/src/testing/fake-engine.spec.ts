import { contentOf } from './content-of.js';
import { describeEngineContract } from './engine-contract.js';
import { FakeEngine, fakeMalware } from './fake-engine.js';

const fake = new FakeEngine();
describeEngineContract(
  'the fake',
  () => ({
    name: fake.name,
    technology: fake.technology,
    scan: (bytes) => fake.scan(contentOf(bytes)),
    selfTest: () => fake.selfTest(),
  }),
  { infected: () => Buffer.from(`some ${fakeMalware}`) },
);

export { contentOf } from './content-of.js';
export { describeEngineContract, type EngineUnderTest } from './engine-contract.js';
export { FakeEngine, fakeMalware } from './fake-engine.js';

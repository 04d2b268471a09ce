import { mkdtemp, rm, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findFreePort, serviceAccount } from '@sluice/private-servers';
import { placeCode, startSystem, type RunningSystem, type SystemOptions } from '@sluice/tool-launcher';

export interface TestSystem extends RunningSystem {
  /** Stops everything and removes its state. */
  end(): Promise<void>;
}

const repositoryRoot = path.resolve(import.meta.dirname, '../../..');

export type TestSystemOptions = Partial<
  Pick<
    SystemOptions,
    | 'scanners'
    | 'gateways'
    | 'resultsServices'
    | 'variables'
    | 'variablesFor'
    | 'objectStoreUrl'
    | 'onEvent'
    | 'onStep'
  >
>;

/** A whole system of its own, as `npm start` brings it up, on free ports and with the project's test signatures. */
export async function startTestSystem(options: TestSystemOptions = {}): Promise<TestSystem> {
  const home = await mkdtemp(path.join(tmpdir(), 'sluice-e2e-'));
  await chmod(home, 0o755); // the services' own user has to pass when root runs this
  const system = await startSystem({
    scanners: 1,
    ...options,
    home: path.join(home, 'state'),
    code: placeCode(repositoryRoot, serviceAccount()),
    gateway: { host: '127.0.0.1', port: await findFreePort() },
    console: { host: '127.0.0.1', port: await findFreePort() },
    officialDatabase: null,
  });
  const end = async () => {
    await system.stop();
    await rm(home, { recursive: true, force: true, maxRetries: 10 });
  };
  return { ...system, end };
}

export { until } from './until.js';

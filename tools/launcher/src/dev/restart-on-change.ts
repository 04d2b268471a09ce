import type { SupervisedProcess } from '@sluice/private-servers';
import type { Progress } from '../terminal/progress.js';
import type { DevService } from './affected-services.js';

interface Deps {
  readonly progress: Progress;
  readonly build: () => boolean;
  readonly processesOf: (service: DevService) => readonly SupervisedProcess[];
}

/** One restart at a time; what changes meanwhile waits and is taken together. */
export function restartOnChange({
  progress,
  build,
  processesOf,
}: Deps): (services: readonly DevService[]) => void {
  const waiting = new Set<DevService>();
  let isBusy = false;
  const work = async (): Promise<void> => {
    isBusy = true;
    for (;;) {
      // Also without a service: the pages are made anew, a reload in the browser shows them.
      if (!build()) break;
      const services = [...waiting];
      waiting.clear();
      await Promise.all(services.flatMap(processesOf).map((one) => startAgain(one, progress)));
      if (waiting.size === 0) break;
    }
    isBusy = false;
  };
  return (services) => {
    for (const service of services) waiting.add(service);
    if (!isBusy) void work();
  };
}

/** A service that does not start any more stays down until the next change. */
async function startAgain(one: SupervisedProcess, progress: Progress): Promise<void> {
  const done = progress.step(`${one.name} again`);
  try {
    await one.stop();
    await one.start();
    done();
  } catch (error) {
    done(`✗ ${(error as Error).message} (${one.logFile})`);
  }
}

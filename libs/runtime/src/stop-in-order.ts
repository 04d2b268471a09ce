import type { Logger } from './create-logger.js';

export interface StopStep {
  readonly name: string;
  readonly run: () => Promise<void> | void;
}

/**
 * Runs the steps one after the other on SIGTERM or SIGINT, then exits: 0 when all went well, 1 when a step failed or
 * the deadline passed. A failing step doesn't keep the next ones from running. A second signal exits at once.
 */
export function stopInOrder(logger: Logger, steps: readonly StopStep[], deadlineMs: number): void {
  let isStopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (isStopping) process.exit(1);
    isStopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      logger.warn({ deadlineMs }, 'not stopped in time, exiting');
      process.exit(1);
    }, deadlineMs).unref();
    void runSteps(logger, steps).then((allWell) => process.exit(allWell ? 0 : 1));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** True when every step went well. */
export async function runSteps(logger: Logger, steps: readonly StopStep[]): Promise<boolean> {
  let allWell = true;
  for (const step of steps) {
    try {
      await step.run();
    } catch (err) {
      allWell = false;
      logger.error({ err, step: step.name }, 'stop step failed');
    }
  }
  return allWell;
}

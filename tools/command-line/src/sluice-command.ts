import { realpathSync } from 'node:fs';
import { auditUsage, runAudit } from './run-audit.js';
import { CommandError } from './command.errors.js';
import { openLocalSystem } from './local-system.js';
import { operatorsUsage, runOperators } from './run-operators.js';
import { quarantineKeyUsage, runQuarantineKey } from './run-quarantine-key.js';
import { runScan, scanUsage } from './run-scan.js';
import { runSettings, settingsUsage } from './run-settings.js';
import { runStatus } from './run-status.js';
import { runSystems, systemsUsage } from './run-systems.js';
import { runVerdicts, verdictsUsage } from './run-verdicts.js';
import { StartError } from '@sluice/private-servers';
import { type CommandInput, homeFor, standingPlace } from '@sluice/tool-launcher';

const usage = `npm run sluice -- COMMAND

${scanUsage}
${systemsUsage}
${settingsUsage}
${operatorsUsage}
${auditUsage}
${quarantineKeyUsage}
${verdictsUsage}
status
help

It speaks to the system whose state is in SLUICE_HOME (default: .sluice in the repository).`;

/** Answers the exit code: 2 for every failure; `scan` and `audit` also 1. */
export async function sluiceCommand({ root, args, env }: CommandInput): Promise<number> {
  const [command = 'help', ...rest] = args;
  if (['help', '--help', '-h'].includes(command)) return print(usage);
  try {
    const home = realHome(homeFor(root, env));
    if (command === 'quarantine-key') return print(runQuarantineKey(rest, home));
    const system = openLocalSystem(home);
    switch (command) {
      case 'systems':
        return print(await runSystems(rest, system.console));
      case 'settings':
        return print(await runSettings(rest, system.console));
      case 'operators':
        return print(await runOperators(rest, system.console));
      case 'verdicts':
        return print(await runVerdicts(rest, system.console));
      case 'status':
        return print(await runStatus(system));
      case 'audit': {
        const { text, exitCode } = await runAudit(rest, system.console);
        return print(text, exitCode);
      }
      case 'scan': {
        const { text, exitCode } = await runScan(rest, {
          system,
          from: standingPlace(env),
          progress: process.stderr,
        });
        return print(text, exitCode);
      }
      default:
        throw new CommandError(`There is no command "${command}".`, usage);
    }
  } catch (error) {
    return report(error);
  }
}

/** The state of a clone that the services cannot reach lies elsewhere, behind a link. */
function realHome(home: string): string {
  try {
    return realpathSync(home);
  } catch {
    return home;
  }
}

function print(text: string, exitCode = 0): number {
  console.log(text);
  return exitCode;
}

function report(error: unknown): number {
  const isKnown = error instanceof CommandError || error instanceof StartError;
  const isUsage = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
  if (isKnown) console.error([`✗ ${error.message}`, error.nextStep].filter(Boolean).join('\n  '));
  else console.error(isUsage ? `✗ ${(error as Error).message}\n\n${usage}` : error);
  return 2;
}

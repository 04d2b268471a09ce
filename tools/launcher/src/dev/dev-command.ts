import { services } from '@sluice/contracts';
import { serviceAccount, StartError } from '@sluice/private-servers';
import { stayUp, type CommandInput, type Manner } from '../start-command.js';
import { placeCode } from '../state/stage-code.js';
import { affectedServices, type DevService } from './affected-services.js';
import { restartOnChange } from './restart-on-change.js';
import { watchSources } from './watch-sources.js';

export interface DevInput extends CommandInput {
  /** Transpiles what is newer; false when there is a fault in it, which it printed. */
  readonly build: () => boolean;
}

const usage = `npm run dev [-- SERVICE …]

The system of npm start, from source: ${services.join(', ')} are started again when a file they are made of
changes, each with a debugger listening. With names, only these; the rest runs as built.`;

const firstDebuggerPort = 9230;
/** Fixed, so that a checked-in launch file can name them. */
const debuggerPort = (service: DevService): number => firstDebuggerPort + services.indexOf(service);

export async function devCommand(input: DevInput): Promise<void> {
  await stayUp(input, (args) =>
    args.some((word) => /^(-h|--help)$/.test(word)) ? usage : inDevelopment(input),
  );
}

function inDevelopment({ args, root, build }: DevInput): Manner {
  const watched = readServices(args);
  return {
    scanners: 1,
    variablesFor: (name) => debuggerOf(serviceOf(name), watched),
    onUp: (system, progress, signal) => {
      for (const service of watched)
        progress.line(`  debugger of ${service.padEnd(8)} 127.0.0.1:${debuggerPort(service)}`);
      const restart = restartOnChange({
        progress,
        build: () => build() && placeCode(root, serviceAccount()) !== null,
        processesOf: (service) => system.processes.filter(({ name }) => serviceOf(name) === service),
      });
      const watch = watchSources(root, (changed) => restart(affectedServices(changed, watched)));
      // Said when it is true: a look at all folders takes a moment.
      progress.line('  Watching apps and libs; a change starts again what is made of it.');
      signal.addEventListener('abort', () => watch.stop());
    },
  };
}

function readServices(words: readonly string[]): readonly DevService[] {
  const unknown = words.filter((word) => !(services as readonly string[]).includes(word));
  if (unknown.length > 0) throw new StartError(`There is no service ${unknown.join(', ')}.`, usage);
  return words.length === 0 ? services : services.filter((service) => words.includes(service));
}

/** `scanner-1` is a scanner. */
const serviceOf = (processName: string): DevService | null =>
  services.find((service) => processName === service || processName.startsWith(`${service}-`)) ?? null;

function debuggerOf(
  service: DevService | null,
  watched: readonly DevService[],
): Readonly<Record<string, string>> {
  if (service === null || !watched.includes(service)) return {};
  return { NODE_OPTIONS: `--enable-source-maps --inspect=127.0.0.1:${debuggerPort(service)}` };
}

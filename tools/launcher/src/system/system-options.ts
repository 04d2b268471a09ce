import type { Account, ProcessEvent } from '@sluice/private-servers';
import type { CodePlace } from '../state/stage-code.js';

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
}

/** A whole system on one machine. Only `home`, the ports and `code` are needed; see launcher.config.ts for the rest. */
export interface SystemOptions {
  readonly home: string;
  readonly code: CodePlace;
  readonly gateway: ListenOptions;
  readonly console: ListenOptions;
  readonly scanners: number;
  /** Default 1. The first is `gateway` and listens where `gateway` says, the others (`gateway-2` …) on free ports. */
  readonly gateways?: number;
  /** Default 1: `results`, `results-2` … */
  readonly resultsServices?: number;
  /** Yours instead of private ones. */
  readonly databaseUrl?: string;
  readonly amqpUrl?: string;
  readonly clamdUrl?: string;
  readonly objectStoreUrl?: string;
  /** The user's environment. What a service knows by name is handed to it, nothing else. */
  readonly variables?: Readonly<NodeJS.ProcessEnv>;
  /** For tests and measurements: set last in the environment of the process of that name (`scanner-2`). */
  readonly variablesFor?: (processName: string) => Readonly<Record<string, string>>;
  /** Absent: the system user `sluice` when root, else whoever runs this. */
  readonly account?: Account | null;
  /** `null`: the project's test signatures even where freshclam's are. */
  readonly officialDatabase?: string | null;
  readonly onEvent?: (event: ProcessEvent) => void;
  readonly onStep?: StepListener;
  /** Gives up and stops what runs. */
  readonly signal?: AbortSignal;
}

/** Called when a step begins; the returned function when it is done. */
export type StepListener = (title: string) => (detail?: string) => void;

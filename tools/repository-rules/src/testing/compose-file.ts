import { parse } from 'yaml';
import { readRepositoryFile } from '../repository.js';

interface ComposeService {
  image?: string;
  user?: string;
  command?: string[];
  environment?: Record<string, string>;
  secrets?: string[];
  volumes?: string[];
  networks?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  privileged?: boolean;
  healthcheck?: unknown;
  init?: boolean;
  build?: unknown;
  cap_add?: string[];
  mem_limit?: string;
  pids_limit?: number;
  profiles?: string[];
}
interface Compose {
  services: Record<string, ComposeService>;
  secrets: Record<string, { file: string }>;
  networks: Record<string, { internal?: boolean } | null>;
  volumes: Record<string, unknown>;
}

/** A value of the file with the defaults of its variables. */
export const withDefaults = (value: string): string => value.replace(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1');
/** Three numbers; PostgreSQL's versions have two. Fewer are a tag that floats. */
export const fullVersion = /(^postgres:\d+\.\d+|:\d+\.\d+\.\d+)(-[a-z]+)*$|@sha256:[0-9a-f]{64}$/;
export const composeText = readRepositoryFile('docker-compose.yml');
export const compose = parse(composeText, { merge: true }) as Compose;
export const service = (name: string): ComposeService => {
  const found = compose.services[name];
  if (found === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
};

/** Services of this project and the file their variables are declared in. */
export const apps = Object.entries(compose.services)
  .map(
    ([name, { command }]) =>
      [name, /^apps\/([a-z]+)\/dist\/main\.js$/.exec(command?.[0] ?? '')?.[1]] as const,
  )
  .filter((entry): entry is [string, string] => entry[1] !== undefined);

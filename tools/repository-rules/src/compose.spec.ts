import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { z } from 'zod';
import { readRepositoryFile, repositoryRoot } from './repository.js';

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
}
interface Compose {
  services: Record<string, ComposeService>;
  secrets: Record<string, { file: string }>;
  networks: Record<string, { internal?: boolean } | null>;
  volumes: Record<string, unknown>;
}

const compose = parse(readRepositoryFile('docker-compose.yml'), { merge: true }) as Compose;
const service = (name: string): ComposeService => {
  const found = compose.services[name];
  if (found === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
};

/** The image itself sets the first; the second measures Sluice without an engine, and is refused in production. */
const notForProduction = new Set(['NODE_ENV', 'SCANNER_STAND_IN_ENGINE_MS']);

/** Services of this project and the file their variables are declared in. */
const apps = Object.entries(compose.services)
  .map(
    ([name, { command }]) =>
      [name, /^apps\/([a-z]+)\/dist\/main\.js$/.exec(command?.[0] ?? '')?.[1]] as const,
  )
  .filter((entry): entry is [string, string] => entry[1] !== undefined);

/** Variables a service reads, from its own configuration schema. */
async function declaredVariables(app: string): Promise<string[]> {
  const file = path.join(repositoryRoot, 'apps', app, 'src', `${app}.config.ts`);
  const module = (await import(pathToFileURL(file).href)) as Record<string, z.ZodObject>;
  const schema = module[`${app}ConfigSchema`];
  if (schema === undefined) throw new Error(`${app}.config.ts has to export ${app}ConfigSchema`);
  return Object.keys(schema.shape);
}

const declared = new Map<string, string[]>();
beforeAll(async () => {
  for (const [, app] of apps) declared.set(app, await declaredVariables(app));
});

describe('docker-compose.yml', () => {
  it('runs every app of the repository', () => {
    const inRepository = readdirSync(path.join(repositoryRoot, 'apps')).filter((app) =>
      existsSync(path.join(repositoryRoot, 'apps', app, 'src/main.ts')),
    );
    expect(apps.map(([, app]) => app).sort()).toEqual(inRepository.sort());
  });

  it.each(apps)('sets only variables that %s reads', (name, app) => {
    const known = new Set((declared.get(app) ?? []).flatMap((variable) => [variable, `${variable}_FILE`]));
    expect(Object.keys(service(name).environment ?? {}).filter((variable) => !known.has(variable))).toEqual(
      [],
    );
  });

  it.each(apps)('sets every variable that %s reads', (name, app) => {
    const set = service(name).environment ?? {};
    const needed = (declared.get(app) ?? []).filter(
      (variable) => !/^(FIRST_)?SETTING_/.test(variable) && !notForProduction.has(variable),
    );
    const missing = needed.filter((variable) => !(variable in set) && !(`${variable}_FILE` in set));
    expect(missing).toEqual([]);
  });

  it.each(Object.keys(compose.services))('hardens %s: no root, read-only, no capabilities', (name) => {
    const { user, read_only, cap_drop, privileged } = service(name);
    expect(user).toBeDefined();
    expect(user).not.toMatch(/^(root|0)(:|$)/);
    expect({ read_only, cap_drop, privileged }).toEqual({
      read_only: true,
      cap_drop: ['ALL'],
      privileged: undefined,
    });
  });

  it('gives scanners no way out: each of their networks is internal', () => {
    const open = (service('scanner').networks ?? []).filter(
      (name) => compose.networks[name]?.internal !== true,
    );
    expect(open).toEqual([]);
  });

  it('keeps the gateway away from the database', () => {
    expect(service('gateway').networks).not.toContain('database');
    expect(Object.keys(service('gateway').environment ?? {}).filter((name) => /DATABASE/.test(name))).toEqual(
      [],
    );
  });

  it.each(Object.entries(compose.services))('declares every secret and volume that %s uses', (_name, one) => {
    expect((one.secrets ?? []).filter((secret) => !(secret in compose.secrets))).toEqual([]);
    const named = (one.volumes ?? [])
      .map((volume) => volume.split(':')[0] ?? '')
      .filter((source) => !/^[./]/.test(source));
    expect(named.filter((source) => !(source in compose.volumes))).toEqual([]);
  });

  it.each(Object.entries(compose.services))('mounts only files of the repository into %s', (_name, one) => {
    const mounted = (one.volumes ?? [])
      .map((volume) => volume.split(':')[0] ?? '')
      .filter((source) => source.startsWith('./'));
    const missing = mounted.filter(
      (source) => source !== './deploy/secrets' && !existsSync(path.join(repositoryRoot, source)),
    );
    expect(missing).toEqual([]);
  });

  it.each(Object.entries(compose.services))('hands %s every secret file it is told to read', (_name, one) => {
    const read = Object.values(one.environment ?? {}).filter((value) =>
      String(value).startsWith('/run/secrets/'),
    );
    const given = new Set((one.secrets ?? []).map((secret) => `/run/secrets/${secret}`));
    expect(read.filter((file) => !given.has(file))).toEqual([]);
  });

  it('takes each secret from a file that the setup writes', () => {
    const setup = readRepositoryFile('deploy/setup/make-secrets.mjs');
    const written = (file: string) => {
      const name = path.basename(file);
      const generic = [
        /^(results|console|notifier|migrate)_database_(url|password)$/,
        /^\w+_amqp_url$/,
        /^(gateway|console)\.(crt|key)$/,
      ];
      return setup.includes(`'${name}'`) || generic.some((pattern) => pattern.test(name));
    };
    expect(Object.values(compose.secrets).filter(({ file }) => !written(file))).toEqual([]);
  });
});

describe('the image', () => {
  const dockerfile = readFileSync(path.join(repositoryRoot, 'deploy/image/Dockerfile'), 'utf8');
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) =>
    (match[1] ?? '').split(' '),
  );

  it.each(copied)('copies %s, which exists', (source) => {
    expect(existsSync(path.join(repositoryRoot, source))).toBe(true);
  });

  it('does not run as root', () => {
    expect(dockerfile.match(/^USER (.+)$/m)?.[1]).toBe('10001:10001');
  });

  it('is based on the Node version the repository names', () => {
    const major = readRepositoryFile('.nvmrc').trim();
    expect([...dockerfile.matchAll(/^FROM node:(\d+)\./gm)].map((match) => match[1])).toEqual([major, major]);
  });
});

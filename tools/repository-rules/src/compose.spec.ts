import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { readRepositoryFile, repositoryRoot } from './repository.js';
import { apps, compose, composeText, fullVersion, service, withDefaults } from './testing/compose-file.js';

/**
 * The image itself sets the first; the second measures Sluice without an engine, and is refused in production; the third
 * takes a process that may become another account, which no container gives; the fourth names a folder of clamd's, and
 * scanners see none of its volumes.
 */
const notForProduction = new Set([
  'NODE_ENV',
  'SCANNER_STAND_IN_ENGINE_MS',
  'SCANNER_INSPECTOR_ACCOUNT',
  'CLAMD_DATABASE_DIR',
  // `npm start` looks first whether the broker at a port of this machine is its own; in compose its name says so.
  'AMQP_AFTER',
]);

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
    const todo = `set ${missing.join(', ')} for ${name} in docker-compose.yml, with what it names mounted, or list it in notForProduction here, with the reason`;
    expect(missing, todo).toEqual([]);
  });

  /** The setup gives each secret to the user that reads it: root without a network, with the three capabilities for that. */
  const running = Object.keys(compose.services).filter((name) => name !== 'setup');

  it.each(running)('hardens %s: no root, read-only, no capabilities', (name) => {
    const { user, read_only, cap_drop, cap_add, privileged } = service(name);
    expect(user).toBeDefined();
    expect(user).not.toMatch(/^(root|0)(:|$)/);
    expect({ read_only, cap_drop, cap_add, privileged }).toEqual({
      read_only: true,
      cap_drop: ['ALL'],
      cap_add: undefined,
      privileged: undefined,
    });
  });

  it.each(running)('gives %s a first process that takes in what health checks leave behind', (name) => {
    expect(service(name).init).toBe(true);
  });

  it.each(running)('bounds the memory and the processes of %s', (name) => {
    expect(service(name).mem_limit).toMatch(/^(\$\{[A-Z_]+:-)?\d+[mg]\}?$/);
    expect(service(name).pids_limit).toBeGreaterThan(0);
  });

  it.each(running.filter((name) => name !== 'migrate'))('asks %s whether it is well', (name) => {
    expect(service(name).healthcheck).toBeDefined();
  });

  it('gives the setup no network and three capabilities', () => {
    const { cap_drop, cap_add } = service('setup');
    expect({ cap_drop, cap_add }).toEqual({
      cap_drop: ['ALL'],
      cap_add: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'],
    });
    expect(compose.services['setup']).toMatchObject({ network_mode: 'none' });
  });

  it('builds its own image for whichever service is named, without a profile too', () => {
    const own = Object.values(compose.services).filter(({ image }) => image?.startsWith('sluice:'));
    expect(own.filter(({ build }) => build === undefined)).toEqual([]);
    expect(own.filter(({ profiles }) => profiles === undefined).length).toBeGreaterThan(0);
  });

  it.each(Object.entries(compose.services))(
    'names the image of %s with a full version or a digest, which no one moves',
    (_name, one) => expect(withDefaults(one.image ?? '')).toMatch(fullVersion),
  );

  it.each([
    'haproxy:3.2',
    'node:24-bookworm-slim',
    'clamav/clamav:1.4',
    'rabbitmq:4.3',
    'postgres:18',
    'postgres',
  ])('takes %s for a tag that floats', (image) => expect(image).not.toMatch(fullVersion));

  it('lets every two services meet in no network but that of a server they share', () => {
    const servers = new Set(['postgres', 'rabbitmq', 'balancer', 'engines', 'clamav', 'freshclam']);
    const meeting = Object.keys(compose.networks).map((network) =>
      Object.keys(compose.services).filter(
        (name) => !servers.has(name) && service(name).networks?.includes(network) === true,
      ),
    );
    expect(meeting.filter((names) => names.length > 1)).toEqual([]);
  });

  it('has every variable of the file in .env.example with the same default, and no other', () => {
    // `$${` is for a shell in the container.
    const used = [...composeText.matchAll(/(?<!\$)\$\{([A-Z_]+):-([^}]*)\}/g)].map(
      ([, name, value]) => `${name}=${value}`,
    );
    const given = readRepositoryFile('.env.example')
      .split('\n')
      .filter((line) => /^[A-Z_]+=/.test(line));
    expect([...new Set(used)].sort()).toEqual([...given].sort());
  });

  it("fixes no subnet in a range Docker gives out by itself: it would collide with the file's other networks", () => {
    const subnets = [...composeText.matchAll(/subnet: '([^']+)'/g)].map(([, one]) => withDefaults(one ?? ''));
    expect(subnets.length).toBeGreaterThan(0);
    expect(subnets.filter((one) => /^(172\.(1[6-9]|2\d|3[01])|192\.168)\./.test(one))).toEqual([]);
  });

  it('gives scanners no way out: each of their networks is internal', () => {
    const open = (service('scanner').networks ?? []).filter(
      (name) => compose.networks[name]?.internal !== true,
    );
    expect(open).toEqual([]);
  });

  it('keeps the gateway away from the database, and without a way out', () => {
    expect((service('gateway').networks ?? []).filter((name) => name.startsWith('database'))).toEqual([]);
    expect(
      (service('gateway').networks ?? []).filter((name) => compose.networks[name]?.internal !== true),
    ).toEqual([]);
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

  it('mounts the objects into each service that is told where they are', () => {
    const without = apps.filter(([name]) => {
      const { environment = {}, volumes = [] } = service(name);
      const folder = environment['OBJECT_STORE_URL']?.replace('file://', '');
      return folder !== undefined && !volumes.some((one) => one.startsWith(`objects:${folder}`));
    });
    expect(without).toEqual([]);
    // What opens and releases quarantine, which the rules above would not miss if it read neither.
    for (const name of ['console', 'notifier'])
      expect(Object.keys(service(name).environment ?? {})).toEqual(
        expect.arrayContaining(['OBJECT_STORE_URL', 'QUARANTINE_KEYS_FILE']),
      );
  });

  it.each([
    ['objects', ['gateway', 'results']],
    ['clamav', ['freshclam']],
  ])('lets write to the volume %s who has to, and mounts it read-only for all others', (volume, writers) => {
    const found = Object.entries(compose.services)
      .filter(([, { volumes = [] }]) =>
        volumes.some((one) => one.startsWith(`${volume}:`) && !one.endsWith(':ro')),
      )
      .map(([name]) => name);
    expect(found).toEqual(writers);
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

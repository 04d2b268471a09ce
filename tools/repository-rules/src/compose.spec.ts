import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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
const withDefaults = (value: string): string => value.replace(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1');
/** Three numbers; PostgreSQL's versions have two. Fewer are a tag that floats. */
const fullVersion = /(^postgres:\d+\.\d+|:\d+\.\d+\.\d+)(-[a-z]+)*$|@sha256:[0-9a-f]{64}$/;
const composeText = readRepositoryFile('docker-compose.yml');
const compose = parse(composeText, { merge: true }) as Compose;
const service = (name: string): ComposeService => {
  const found = compose.services[name];
  if (found === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
};

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
]);

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

/** The build's step runs for real, without an engine: on a folder that holds only what the Dockerfile copies. */
describe('the image', () => {
  const dockerfile = readRepositoryFile('deploy/image/Dockerfile');
  const copies = [...dockerfile.matchAll(/^COPY (?!--from)(?:--\S+ )?(.+) \S+$/gm)].map(
    (match) => match[1] ?? '',
  );
  const copied = copies.flatMap((sources) => sources.split(' '));
  const ignored = readRepositoryFile('.dockerignore')
    .split('\n')
    .filter((line) => line !== '');

  it.each(copied)('copies %s, which exists and is not left out of the context', (source) => {
    expect(existsSync(path.join(repositoryRoot, source))).toBe(true);
    expect(ignored).not.toContain(source);
  });

  describe('built from nothing but the files it copies', () => {
    let context = '';
    const node = (...args: string[]): string =>
      execFileSync(process.execPath, args, {
        cwd: context,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    let said = '';
    beforeAll(() => {
      context = mkdtempSync(path.join(tmpdir(), 'sluice-image-'));
      for (const source of new Set(copied)) copyTracked(source, context);
      symlinkSync(path.join(repositoryRoot, 'node_modules'), path.join(context, 'node_modules'));
      node('tools/build/build.mjs');
      said = node('deploy/image/assemble.mjs', path.join(context, 'runtime'));
    }, 240_000);
    afterAll(() => rmSync(context, { recursive: true }));

    it('is small, and holds what runs and nothing else', () => {
      expect(Number(/([\d.]+) MiB without Node/.exec(said)?.[1])).toBeLessThan(250);
      const files = readdirSync(path.join(context, 'runtime'), { recursive: true, encoding: 'utf8' });
      const own = files.filter((file) => !file.startsWith('node_modules'));
      expect(
        own.filter((file) =>
          /\.(tsx?|map)$|[.-]spec\.|\/testing\/|^tools\/(?!launcher|command-line)/.test(file),
        ),
      ).toEqual([]);
      for (const program of [
        ...commands(),
        'deploy/setup/make-secrets.mjs',
        'deploy/command-line/sluice.mjs',
      ])
        expect(own).toContain(program);
    });

    it('has a bill of materials with every package that it holds, and no other', () => {
      const runtime = path.join(context, 'runtime');
      const bill = JSON.parse(readFileSync(path.join(runtime, 'sbom.cdx.json'), 'utf8')) as {
        bomFormat: string;
        components: { name: string; version: string; purl: string; hashes?: { content: string }[] }[];
      };
      const held = readdirSync(path.join(runtime, 'node_modules'), { recursive: true, encoding: 'utf8' })
        .map((file) => /^(?:.*\/node_modules\/)?((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(file))
        .filter((match) => match !== null && !(match[1] ?? '').startsWith('@sluice/'))
        .map((match) => {
          const file = path.join(runtime, 'node_modules', match?.[0] ?? '');
          const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
          return `${name}@${version}`;
        });
      expect(bill.bomFormat).toBe('CycloneDX');
      expect(held).toContain('express@5.3.0');
      const listed = bill.components.map(({ name, version }) => `${name}@${version}`);
      expect([...new Set(held)].filter((one) => !listed.includes(one))).toEqual([]);
      expect(listed.filter((one) => !held.includes(one))).toEqual([]);
      expect(bill.components.filter(({ hashes }) => hashes?.[0]?.content.length !== 128)).toEqual([]);
      expect(bill.components.find(({ name }) => name === '@nestjs/core')?.purl).toMatch(
        /^pkg:npm\/%40nestjs\/core@\d/,
      );
    });

    /** Owners can be given by root alone; others see the folder closed, which protects the files in it. */
    it('sets up secrets that the user of each container can read, and no one else', () => {
      const folder = path.join(context, 'secrets');
      mkdirSync(folder, { mode: 0o755 });
      const setUp = (): string => node('runtime/deploy/setup/make-secrets.mjs', folder);
      setUp();
      const isRoot = process.getuid?.() === 0;
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      for (const [name, { secrets = [], image = '' }] of Object.entries(compose.services)) {
        const user = image.startsWith('sluice:') ? 10_001 : 999;
        for (const secret of secrets) {
          const file = path.join(folder, path.basename(compose.secrets[secret]?.file ?? ''));
          const { mode, uid } = statSync(file);
          expect([name, secret, mode & 0o777]).toEqual([name, secret, isRoot ? 0o440 : 0o644]);
          if (isRoot) expect([name, secret, uid]).toEqual([name, secret, user]);
        }
      }
      const before = readFileSync(path.join(folder, 'gateway_amqp_url'), 'utf8');
      setUp();
      expect(readFileSync(path.join(folder, 'gateway_amqp_url'), 'utf8')).toBe(before);
    });

    it('says when a certificate lacks a name that was added after it was made', () => {
      const folder = path.join(context, 'names');
      mkdirSync(folder);
      const setUp = (names: string): string =>
        spawnSync(process.execPath, [path.join(context, 'runtime/deploy/setup/make-secrets.mjs'), folder], {
          encoding: 'utf8',
          env: { ...process.env, GATEWAY_NAMES: names },
        }).stderr;
      expect(setUp('localhost,127.0.0.1')).toBe('');
      expect(setUp('localhost,127.0.0.1,scan.example.com,192.0.2.7')).toContain(
        'gateway.crt does not name scan.example.com, 192.0.2.7 (GATEWAY_NAMES)',
      );
    });
  });

  it('does not run as root, and owns the folders that volumes start from', () => {
    expect(dockerfile.match(/^USER (.+)$/m)?.[1]).toBe('10001:10001');
    const made = /install -d -o 10001 -g 10001 -m 0700 (.+)$/m.exec(dockerfile)?.[1]?.split(' ') ?? [];
    const mounted = Object.values(compose.services)
      .filter(({ image }) => image?.startsWith('sluice:'))
      .flatMap(({ volumes }) => volumes ?? [])
      .map((volume) => volume.split(':'))
      .filter(([source]) => source !== undefined && source in compose.volumes);
    expect([...new Set(mounted.map(([, place]) => place))].sort()).toEqual([...made].sort());
  });

  it('is based on the Node version the repository names', () => {
    const major = readRepositoryFile('.nvmrc').trim();
    const build = service('gateway').build as { args: { NODE_IMAGE: string } };
    expect(dockerfile.match(/^ARG NODE_IMAGE=node:(\d+)\./m)?.[1]).toBe(major);
    expect(dockerfile.match(/^ARG NODE_IMAGE=(.+)$/m)?.[1]).toMatch(fullVersion);
    expect(withDefaults(build.args.NODE_IMAGE)).toBe(dockerfile.match(/^ARG NODE_IMAGE=(.+)$/m)?.[1]);
  });

  const commands = (): string[] =>
    apps.map(([name]) => service(name).command?.[0] ?? '').filter((file) => file !== '');
});

/** Only what git knows: what lies around on one machine is not in a clone. */
function copyTracked(source: string, target: string): void {
  const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard', source], {
    cwd: repositoryRoot,
    encoding: 'utf8',
  });
  for (const file of listed.split('\0').filter((name) => name !== '')) {
    if (!existsSync(path.join(repositoryRoot, file))) continue;
    mkdirSync(path.dirname(path.join(target, file)), { recursive: true });
    copyFileSync(path.join(repositoryRoot, file), path.join(target, file));
  }
}

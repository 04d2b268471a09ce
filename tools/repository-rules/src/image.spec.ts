import { execFileSync, spawnSync } from 'node:child_process';
import {
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
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRepositoryFile, repositoryRoot } from './repository.js';
import { copiedIntoImage, copyBuilt, copyContext } from './testing/image-context.js';
import { apps, compose, fullVersion, service, withDefaults } from './testing/compose-file.js';

/**
 * The build's step runs for real, without an engine: on a folder that holds what the Dockerfile copies, and what is built
 * already. From nothing it takes a minute: `image.proof-spec.ts`.
 */
describe('the image', () => {
  const dockerfile = readRepositoryFile('deploy/image/Dockerfile');
  const ignored = readRepositoryFile('.dockerignore')
    .split('\n')
    .filter((line) => line !== '');

  it.each(copiedIntoImage)('copies %s, which exists and is not left out of the context', (source) => {
    expect(existsSync(path.join(repositoryRoot, source))).toBe(true);
    expect(ignored).not.toContain(source);
  });

  describe('assembled from the files it copies', () => {
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
      copyContext(context);
      copyBuilt(context);
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

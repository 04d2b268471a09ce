import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repositoryRoot } from './repository.js';
import { apps, compose, service } from './testing/compose-file.js';
import { copyContext } from './testing/image-context.js';

const commands = (): string[] =>
  apps.map(([name]) => service(name).command?.[0] ?? '').filter((file) => file !== '');

/** What the Dockerfile has an engine do, done without one. */
describe('the image, built from nothing but the files that the Dockerfile copies', () => {
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
    symlinkSync(path.join(repositoryRoot, 'node_modules'), path.join(context, 'node_modules'));
    node('tools/build/build.mjs');
    said = node('deploy/image/assemble.mjs', path.join(context, 'runtime'));
  }, 600_000);
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
    for (const program of [...commands(), 'deploy/setup/make-secrets.mjs', 'deploy/command-line/sluice.mjs'])
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

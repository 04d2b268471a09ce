import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repositoryRoot } from './repository.js';

const boundary = '@nx/enforce-module-boundaries';
const restricted = '@typescript-eslint/no-restricted-imports';

const violations = [
  ['an app uses another app', 'apps/gateway', "export * from '@sluice/results';", boundary],
  ['a library uses another library', 'libs/broker', "export * from '@sluice/object-store';", boundary],
  ['the sensor uses the gateway’s code', 'apps/sensor', "export * from '@sluice/gateway';", boundary],
  ['the milter protocol knows the system', 'libs/milter', "export * from '@sluice/contracts';", boundary],
  ['clamd’s protocol knows a library', 'libs/clamd-server', "export * from '@sluice/runtime';", boundary],
  ['contracts use a library', 'libs/contracts', "export * from '@sluice/runtime';", boundary],
  ['the ledger is mapped', 'apps/results', "export { Entity } from 'typeorm';", restricted],
  [
    'a page carries the schemas of requests',
    'apps/console-web',
    "export { apiRequests } from '@sluice/console-api/requests';",
    restricted,
  ],
  ['an app talks AMQP', 'apps/results', "export { connect } from 'amqplib';", restricted],
  [
    'a scanner opens objects outside the sandbox',
    'apps/scanner',
    "export { walkObject } from '@sluice/containers';",
    restricted,
  ],
  [
    'the console opens mail outside the sandbox',
    'apps/console',
    "export { previewMail } from '@sluice/containers';",
    restricted,
  ],
  [
    'a scanner runs outside what belongs inside',
    'apps/scanner/src/take-jobs',
    "export { inspectObject } from '../inspect-object/inspect-object.js';",
    restricted,
  ],
  [
    'detection uses an opener',
    'libs/containers',
    "export { openGzip } from './formats/gzip/open-gzip.js';",
    restricted,
  ],
  [
    'an engine uses a framework',
    'libs/engines/clamav',
    "export { Module } from '@nestjs/common';",
    restricted,
  ],
] as const;
const allowed = [
  ['apps/console', "export { connectBroker } from '@sluice/broker';"],
  ['apps/sensor', "export { MilterServer } from '@sluice/milter';"],
] as const;

const nxEnvironment = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', NODE_OPTIONS: '' };
/** Of every line its own. `detect…`: the rule for detection goes by the file's name. `.probe`: who builds meanwhile leaves it alone. */
function probeOf(folder: string, line: string): string {
  const name = `detect-boundary-${createHash('sha256').update(line).digest('hex').slice(0, 8)}.probe.ts`;
  return path.join(repositoryRoot, folder, folder.includes('/src') ? '' : 'src', name);
}
const probes = [...violations.map(([, folder, line]) => [folder, line] as const), ...allowed];
let brokenRules: Map<string, string[]>;

/** Lints the probes in one run and keeps, per file, the names of the rules it breaks. */
beforeAll(async () => {
  // Without a project graph the rule passes in silence.
  const nx = path.join(repositoryRoot, 'node_modules/nx/dist/bin/nx.js');
  execFileSync(process.execPath, [nx, 'show', 'projects'], {
    cwd: repositoryRoot,
    env: nxEnvironment,
    stdio: 'ignore',
  });
  await Promise.all(probes.map(([folder, line]) => writeFile(probeOf(folder, line), `${line}\n`)));
  const output = await new Promise<string>((resolve) => {
    execFile(
      process.execPath,
      [
        path.join(repositoryRoot, 'node_modules/eslint/bin/eslint.js'),
        '--format',
        'json',
        ...probes.map(([folder, line]) => probeOf(folder, line)),
      ],
      { cwd: repositoryRoot, env: nxEnvironment },
      (_error, stdout) => resolve(stdout),
    );
  });
  const results = JSON.parse(output) as { filePath: string; messages: { ruleId: string | null }[] }[];
  brokenRules = new Map(
    results.map((one) => [one.filePath, one.messages.map(({ ruleId }) => ruleId ?? 'parse error')]),
  );
});

afterAll(() => Promise.all(probes.map(([folder, line]) => rm(probeOf(folder, line), { force: true }))));

describe('module boundaries', () => {
  it.each(violations)('refuse that %s', (_what, folder, line, rule) => {
    expect(brokenRules.get(probeOf(folder, line))).toContain(rule);
  });

  it.each(allowed)('allow %s to use a library', (folder, line) => {
    expect(brokenRules.get(probeOf(folder, line))).toEqual([]);
  });
});

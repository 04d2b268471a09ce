import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hideSecrets } from './secret-files.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'sluice-logins-'));
});
afterEach(() => rmSync(home, { recursive: true }));

it('puts each login into a file of its account, and names the file instead', () => {
  const environment = { AMQP_URL: 'amqp://one:secret@host', DATABASE_URL: 'postgres://b', LOG_LEVEL: 'info' };
  const hidden = hideSecrets({ name: 'results', environment }, { home, account: null });
  expect(JSON.stringify(hidden)).not.toMatch(/secret|postgres:/);
  expect(hidden['LOG_LEVEL']).toBe('info');
  const file = hidden['AMQP_URL_FILE'] ?? '';
  expect(readFileSync(file, 'utf8')).toBe('amqp://one:secret@host\n');
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(statSync(path.dirname(file)).mode & 0o077).toBe(0);
});
it('leaves two services their own', () => {
  const of = (name: string, url: string): string =>
    hideSecrets({ name, environment: { AMQP_URL: url } }, { home, account: null })['AMQP_URL_FILE'] ?? '';
  const [one, other] = [of('gateway', 'amqp://g'), of('gateway-2', 'amqp://h')];
  expect([one, other].map((file) => readFileSync(file, 'utf8'))).toEqual(['amqp://g\n', 'amqp://h\n']);
});

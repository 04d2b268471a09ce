import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { descriptionsWithoutModules, findApplications, foldersToLookInFirst } from './erlang-code.js';

let home: string;
const inside = (...names: string[]): string => path.join(home, ...names);

function put(file: string, text = ''): void {
  mkdirSync(path.dirname(inside(file)), { recursive: true });
  writeFileSync(inside(file), text);
  chmodSync(inside(file), 0o755);
}
const describing = (name: string, needs: string): string =>
  `{application, ${name},\n [{vsn, "1"},\n  {modules, [${name}_app,\n   '${name}']},\n  {applications, [kernel, ${needs}]},\n  {env, [{modules, 7}]}]}.\n`;

beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), 'sluice-erlang-'));
  const server = 'rabbit/lib/rabbitmq_server-3.10.8';
  put(`${server}/sbin/rabbitmq-server`);
  mkdirSync(inside('rabbit/bin'));
  symlinkSync(inside(`${server}/sbin/rabbitmq-server`), inside('rabbit/bin/rabbitmq-server'));
  put('erlang/erts-13.1.5/bin/epmd');
  const applications: [string, string, string][] = [
    [`${server}/plugins/rabbit-3.10.8`, 'rabbit', 'ra'],
    [`${server}/plugins/rabbit_common-3.10.8`, 'rabbit_common', 'jsx'],
    [`${server}/plugins/third_party_plugin-1.0`, 'third_party_plugin', 'rabbit_common, stdlib'],
    [`${server}/plugins/amqp_client-3.10.8`, 'amqp_client', 'rabbit_common'],
    [`${server}/plugins/ra-2.2.0`, 'ra', 'aten'],
    ['erlang/lib/ssl-10.8.7', 'ssl', 'crypto'],
    ['erlang/lib/ssl-9.1', 'ssl', 'old_crypto'],
  ];
  for (const [folder, name, needs] of applications)
    put(`${folder}/ebin/${name}.app`, describing(name, needs));
  put('erlang/lib/erl_interface-5.3/include/ei.h');
  put(`${server}/plugins/README`);
});
afterAll(() => rmSync(home, { recursive: true }));

const find = () =>
  findApplications(inside('rabbit/bin/rabbitmq-server'), inside('erlang/erts-13.1.5/bin/epmd'));

describe('descriptions of applications', () => {
  it('name no modules, but those of RabbitMQ and of what builds on it', () =>
    expect([...descriptionsWithoutModules(find()).keys()].sort()).toEqual(['ra.app', 'ssl.app']));

  it('say all else, of the newest', () =>
    expect(descriptionsWithoutModules(find()).get('ssl.app')).toBe(
      describing('ssl', 'crypto').replace(/\[ssl_app[^\]]*\]/, '[]'),
    ));
});

describe('folders that are looked in first', () => {
  it('are those of the installed applications that have most of the code', () =>
    expect(foldersToLookInFirst(find()).map((folder) => path.relative(home, folder))).toEqual([
      'rabbit/lib/rabbitmq_server-3.10.8/plugins/rabbit-3.10.8/ebin',
      'rabbit/lib/rabbitmq_server-3.10.8/plugins/rabbit_common-3.10.8/ebin',
      'rabbit/lib/rabbitmq_server-3.10.8/plugins/ra-2.2.0/ebin',
      'erlang/lib/ssl-10.8.7/ebin',
    ]));

  it('are none where nothing is laid out like that', () =>
    expect(
      foldersToLookInFirst(findApplications(inside('erlang/erts-13.1.5/bin/epmd'), process.execPath)),
    ).toEqual([]));
});

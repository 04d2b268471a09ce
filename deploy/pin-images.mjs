/**
 * `npm run pin-images`: asks the registry for the digest of each image that docker-compose.yml names, and writes
 * NAME=image@sha256:… into .env. Digests come from nowhere else; without this step the full tags of the file count.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const environmentFile = path.join(root, '.env');

/** NAME → image, from the defaults that the compose file gives. */
function images() {
  const text = readFileSync(path.join(root, 'docker-compose.yml'), 'utf8');
  return new Map(
    [...text.matchAll(/\$\{([A-Z]+_IMAGE):-([^}]+)\}/g)].map(([, name, image]) => [name, image]),
  );
}

function digestOf(image) {
  try {
    const format = '{{.Manifest.Digest}}';
    return execFileSync('docker', ['buildx', 'imagetools', 'inspect', image, '--format', format], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  } catch (error) {
    const said = String(error.stderr ?? error.message)
      .trim()
      .split('\n')
      .at(-1);
    console.error(
      `✗ ${image}: ${said}\n  This needs docker with buildx and a registry it can reach. Nothing was written.`,
    );
    process.exit(1);
  }
}

const pinned = [...images()].map(([name, image]) => {
  const digest = digestOf(image);
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) {
    console.error(`✗ ${image}: "${digest}" is no digest. Nothing was written.`);
    process.exit(1);
  }
  return [name, `${image}@${digest}`];
});
const before = existsSync(environmentFile) ? readFileSync(environmentFile, 'utf8').split('\n') : [];
const names = new Set(pinned.map(([name]) => name));
const kept = before.filter((line) => !names.has(line.split('=')[0]) && line !== '');
writeFileSync(
  environmentFile,
  [...kept, ...pinned.map(([name, image]) => `${name}=${image}`), ''].join('\n'),
);
for (const [name, image] of pinned) console.log(`${name}=${image}`);

/**
 * `npm run pin-images`: asks the registry for the digest of each image that docker-compose.yml names, and writes
 * NAME=image@sha256:… into .env. Digests come from nowhere else; without this step the full tags of the file count.
 *
 * IMAGE_REGISTRY=https://mirror.example.com asks that mirror instead of Docker Hub. The names stay: a digest is the same
 * wherever the image is pulled from.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fetchDigest, RegistryError } from './fetch-digest.mjs';

const root = path.resolve(import.meta.dirname, '..');
const environmentFile = path.join(root, '.env');

/** NAME → image, from the defaults that the compose file gives. */
function images() {
  const text = readFileSync(path.join(root, 'docker-compose.yml'), 'utf8');
  return new Map(
    [...text.matchAll(/\$\{([A-Z]+_IMAGE):-([^}]+)\}/g)].map(([, name, image]) => [name, image]),
  );
}

async function pin(image) {
  try {
    return `${image}@${await fetchDigest(image, process.env.IMAGE_REGISTRY)}`;
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    console.error(`✗ ${image}: ${error.message}`);
    console.error('  Nothing was written. IMAGE_REGISTRY=https://… asks a mirror of Docker Hub instead;');
    console.error('  behind a proxy set NODE_USE_ENV_PROXY=1 (from Node 22.21).');
    process.exit(1);
  }
}

const pinned = [];
for (const [name, image] of images()) pinned.push([name, await pin(image)]);
const before = existsSync(environmentFile) ? readFileSync(environmentFile, 'utf8').split('\n') : [];
const names = new Set(pinned.map(([name]) => name));
const kept = before.filter((line) => !names.has(line.split('=')[0]) && line !== '');
const lines = pinned.map(([name, image]) => `${name}=${image}`);
writeFileSync(environmentFile, [...kept, ...lines, ''].join('\n'));
for (const line of lines) console.log(line);

/**
 * The digest of an image's manifest, as a registry has it (OCI distribution 1.1: "Pulling manifests"). For images of more
 * than one platform it is the index's, so that one line serves all of them.
 *
 * The digest is computed from the bytes that came, and is no one's word; a registry that calls them by another is refused.
 */
import { createHash } from 'node:crypto';

/** Why a digest was not had, for the person who asked for it. */
export class RegistryError extends Error {}

const answerMs = 30_000;
/** An index of a dozen platforms is 10 KiB. */
const maxManifestBytes = 4 * 1024 ** 2;
const dockerHub = 'https://registry-1.docker.io';
const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/** Where an image is asked for; `mirror` stands in for Docker Hub, whose images have no host in their names. */
function placeOf(image, mirror = dockerHub) {
  const [, host, name, tag] = /^(?:([^/]*[.:][^/]*|localhost)\/)?([^:@]+):([\w.-]+)$/.exec(image) ?? [];
  if (name === undefined || tag === undefined)
    throw new RegistryError(`"${image}" is not NAME:TAG of an image`);
  if (host !== undefined) return { registry: `https://${host}`, name, tag };
  return { registry: mirror.replace(/\/+$/, ''), name: name.includes('/') ? name : `library/${name}`, tag };
}

export async function fetchDigest(image, mirror) {
  const { registry, name, tag } = placeOf(image, mirror);
  const url = `${registry}/v2/${name}/manifests/${tag}`;
  const first = await ask(url);
  const answer = first.status === 401 ? await ask(url, await tokenFor(first, name)) : first;
  if (!answer.ok) throw new RegistryError(`${registry} ${saysOf(answer.status)}`);
  const type = (answer.headers.get('content-type') ?? '').split(';')[0];
  if (!manifestTypes.includes(type))
    throw new RegistryError(`${registry} answered "${type}", which is no manifest of an image`);
  const digest = `sha256:${createHash('sha256')
    .update(await bodyOf(answer))
    .digest('hex')}`;
  const named = answer.headers.get('docker-content-digest') ?? digest;
  if (named !== digest)
    throw new RegistryError(`${registry} calls it ${named}, but what it sent is ${digest}: do not use it`);
  return digest;
}

function saysOf(status) {
  if (status === 404) return 'has no such image or tag (404)';
  if (status === 429) return 'wants fewer questions (429): try again in an hour, or with IMAGE_REGISTRY';
  if (status === 401 || status === 403)
    return `gives it to none without a login (${status}), which this does not do`;
  return `answered ${status}`;
}

/** An anonymous token, from where the registry's challenge sends us. */
async function tokenFor(refusal, name) {
  const challenge = refusal.headers.get('www-authenticate') ?? '';
  const given = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
  );
  if (!/^bearer /i.test(challenge) || !URL.canParse(given.realm))
    throw new RegistryError(
      `${refusal.url} wants a login ("${challenge.slice(0, 100)}"), which this does not do`,
    );
  const url = new URL(given.realm);
  if (given.service !== undefined) url.searchParams.set('service', given.service);
  url.searchParams.set('scope', given.scope ?? `repository:${name}:pull`);
  const answer = await ask(url.href);
  if (!answer.ok) throw new RegistryError(`${url.origin} gave no token (${answer.status})`);
  const { token, access_token } = parse(await bodyOf(answer)) ?? {};
  const found = token ?? access_token;
  if (typeof found !== 'string' || !/^[\w.~+/=-]+$/.test(found))
    throw new RegistryError(`${url.origin} answered without a token`);
  return found;
}

async function ask(url, token) {
  // What came over a plain connection may be anyone's, and so would the digest be.
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:' && !/^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(hostname))
    throw new RegistryError(`${url} is not https`);
  const headers = { accept: manifestTypes.join(', ') };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  try {
    return await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(answerMs) });
  } catch (error) {
    throw new RegistryError(
      `${new URL(url).origin} does not answer: ${error.cause?.message ?? error.message}`,
      {
        cause: error,
      },
    );
  }
}

async function bodyOf(answer) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxManifestBytes)
      throw new RegistryError(`${answer.url} sends more than ${maxManifestBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parse(bytes) {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    // No answer of a token service: said by the caller.
    return null;
  }
}

/**
 * The software bill of materials of the production image (CycloneDX 1.5): each npm package in it with its version, its
 * licence and the hash that the lock file has of it. From the same list as `assemble.mjs` copies: `npm sbom --omit=dev`
 * leaves out what a development package needs as well (of npm 11.19: 60 of 189, Express among them).
 *
 *   npm run sbom              prints it
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { productionPackages } from './production-packages.mjs';

const algorithms = { sha1: 'SHA-1', sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' };

export async function billOfMaterials(root) {
  const own = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const packages = await productionPackages(root);
  const unique = new Map(packages.map((one) => [purlOf(one), one]));
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': purlOf(own),
        name: own.name,
        version: own.version,
        licenses: [{ license: { id: own.license } }],
        purl: purlOf(own),
      },
    },
    components: [...unique].map(([purl, one]) => componentOf(purl, one)),
  };
}

function componentOf(purl, { name, version, license, integrity }) {
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    ...(license === undefined ? {} : { licenses: [{ expression: license }] }),
    ...(integrity === undefined ? {} : { hashes: integrity.split(' ').map(hashOf) }),
    purl,
  };
}

function hashOf(integrity) {
  const [algorithm, base64] = integrity.split(/-(.*)/);
  return { alg: algorithms[algorithm], content: Buffer.from(base64, 'base64').toString('hex') };
}

/** github.com/package-url/purl-spec: a scope is the namespace, its `@` is encoded. */
const purlOf = ({ name, version }) => `pkg:npm/${name.replace('@', '%40')}@${version}`;

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  console.log(JSON.stringify(await billOfMaterials(path.resolve(import.meta.dirname, '../..')), null, 2));

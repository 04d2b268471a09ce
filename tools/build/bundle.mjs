/**
 * Programs that start as processes of their own become one file each, over what swc would write there: loading some two
 * thousand modules one by one was most of what a start cost, 1.5 to 3 s of CPU for a service and 0.7 s for an inspector.
 */
import { existsSync } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inLines } from './in-lines.mjs';
import { inOneByte } from './one-byte.mjs';

/** Below `src`, by project. */
export const programs = {
  'apps/console': ['main.ts', 'quarantine/preview/preview-child.ts'],
  'apps/gateway': ['main.ts'],
  'apps/migrate': ['main.ts'],
  'apps/notifier': ['main.ts'],
  'apps/results': ['main.ts'],
  'apps/scanner': ['main.ts', 'inspect-object/inspector-child.ts'],
  'apps/sensor': ['main.ts'],
  'tools/command-line': ['sluice-command.ts'],
  'tools/launcher': ['start-command.ts', 'dev/dev-command.ts'],
};

/** They look for their WebAssembly beside themselves. */
const packagesWithFiles = /^(@virustotal\/yara-x|libarchive-wasm|7z-wasm)(\/|$)/;
/**
 * Nest would load it for who serves pages, which the console alone does: a megabyte of text and more for each of the
 * others.
 */
const serverOfPages = /^@nestjs\/platform-express$/;
/** What packages ask for and do without. Anything else that cannot be found fails the build. */
const optionalPackages =
  /^(@fastify\/|@grpc\/|@nats-io\/|@nestjs\/(mongoose|sequelize|websockets)|@mikro-orm\/|amqp-connection-manager|class-(transformer|validator)|ioredis|kafkajs|mqtt|pg-native)/;

/**
 * What packages load and nothing here ever asks for: what TypeORM knows of other databases, a megabyte of text, and zod's
 * messages in other languages. Empty instead, so that whoever asked for it after all would be told.
 */
const unusedModules = {
  name: 'unused-modules',
  load: {
    filter: {
      id: /\/node_modules\/(typeorm\/driver\/(?!postgres\/)[\w-]+\/\w+(Driver|QueryRunner)|zod\/v4\/locales\/(?!en\.|index\.)[\w-]+)\.js$/,
    },
    handler: (id) => (id.includes('/zod/') ? 'export default undefined;' : 'module.exports = {};'),
  },
};

const builtOf = (file) => file.replace('/src/', '/dist/').replace(/\.ts$/, '.js');

/** What a bundle is made of, a file a line; of packages npm's list of what is installed. */
const listOf = (output) => `${output}.sources`;

/** When a file changed, asked once for all programs that share it. */
const changedMs = (file, known) => {
  const asked =
    known.get(file) ??
    stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => Infinity,
    );
  known.set(file, asked);
  return asked;
};

/** The bundle is newer than all that it is made of. */
async function isFresh(output, known) {
  const [made, list] = await Promise.all([
    stat(output).catch(() => null),
    readFile(listOf(output), 'utf8').catch(() => null),
  ]);
  // An empty list is one that was cut off while it was written.
  if (made === null || list === null || list.trim() === '') return false;
  const files = list.split('\n').map((file) => path.resolve(path.dirname(output), file));
  const times = await Promise.all(files.map((file) => changedMs(file, known)));
  return times.every((time) => time < made.mtimeMs);
}

async function listSources(output) {
  const { sources } = JSON.parse(await readFile(`${output}.map`, 'utf8'));
  const files = sources.map((file) =>
    file.replace(/\/node_modules\/.*$/, '/node_modules/.package-lock.json'),
  );
  const own = ['bundle.mjs', 'in-lines.mjs', 'one-byte.mjs', 'source-map-numbers.mjs'].map((name) =>
    path.relative(path.dirname(output), path.join(import.meta.dirname, name)),
  );
  await writeFile(listOf(output), [...new Set([...files, ...own])].join('\n'));
}

/** swc's output for the program itself stands nowhere: its place is the bundle's. */
function programItself(output, transform) {
  const id = `${output}?program`;
  return {
    name: 'program',
    resolveId: (source) => (source === id ? id : null),
    load: (asked) => (asked === id ? transform() : null),
  };
}

/** Compiled files come with the way back to their sources. */
const sourceMaps = {
  name: 'source-maps',
  load: {
    filter: { id: /^(?!.*node_modules).*\/dist\/.*\.js$/ },
    async handler(id) {
      if (!existsSync(`${id}.map`)) return null;
      const [code, map] = await Promise.all([readFile(id, 'utf8'), readFile(`${id}.map`, 'utf8')]);
      return { code, map };
    },
  },
};

/** A source map of what changed within its lines only. A module without one would be missing from the bundle's. */
const lineByLine = (id, code) => ({
  version: 3,
  names: [],
  sources: [id],
  mappings: code
    .split('\n')
    .map((_, line) => (line === 0 ? 'AAAA' : 'AACA'))
    .join(';'),
});

/** A module that looks for files beside itself goes on to look where it was. */
function ownPlaces(output) {
  return {
    name: 'own-places',
    transform: {
      filter: { code: /import\.meta\.(url|dirname|filename)/ },
      handler(code, id) {
        const [from, at] = [path.dirname(output), id.replace(/\?.*$/, '')];
        const urlOf = (file) =>
          `new URL(${JSON.stringify(path.relative(from, file) || '.')}, import.meta.url)`;
        const pathOf = (file) => `process.getBuiltinModule('node:url').fileURLToPath(${urlOf(file)})`;
        const place = {
          url: () => `${urlOf(at)}.href`,
          filename: () => pathOf(at),
          // Of the bundle's own folder a path made of an address would end in a slash.
          dirname: () => (path.dirname(at) === from ? 'import.meta.dirname' : pathOf(path.dirname(at))),
        };
        return {
          code: code.replace(/import\.meta\.(url|dirname|filename)/g, (_, which) => place[which]()),
          map: lineByLine(id, code),
        };
      },
    },
  };
}

/** Bundles one program; `transform` gives swc's output for it, `known` is for the calls of one build. True when there was anything to do. */
export async function bundleProgram(source, transform, known = new Map()) {
  const output = builtOf(source);
  if (await isFresh(output, known)) return false;
  // Only then: a start of what is built already does not wait for the bundler.
  const { rolldown } = await import('rolldown');
  const missing = [];
  const bundle = await rolldown({
    input: `${output}?program`,
    platform: 'node',
    external: [packagesWithFiles, ...(source.includes('/apps/console/') ? [] : [serverOfPages])],
    plugins: [programItself(output, transform), unusedModules, sourceMaps, ownPlaces(output)],
    onLog(_, { code, exporter, message }) {
      if (code === 'UNRESOLVED_IMPORT' && !optionalPackages.test(exporter ?? '')) missing.push(message);
    },
  });
  const { output: made } = await bundle.generate({
    file: output,
    format: 'esm',
    keepNames: true,
    comments: { legal: true, annotation: false, jsdoc: false },
    sourcemap: true,
    sourcemapExcludeSources: true,
    codeSplitting: false,
    // V8 keeps the text for as long as the program runs. Names of functions and classes stay, those of their variables do not.
    minify: {
      compress: false,
      mangle: { toplevel: false, keepNames: true },
      codegen: { removeWhitespace: true, legalComments: 'inline' },
    },
  });
  await bundle.close();
  if (missing.length > 0) {
    await rm(output, { force: true });
    throw new Error(`${source} cannot be bundled:\n${missing.join('\n')}`);
  }
  const lines = inLines(made[0].code, JSON.parse(made[0].map.toString()));
  const { code, map } = inOneByte(lines.code, lines.map);
  await writeFile(`${output}.map`, JSON.stringify(map));
  await writeFile(output, code);
  await listSources(output);
  return true;
}
